const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** A table. @param rows  cells are HTML already */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  className = '',
): string {
  const head = headings.map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map(cell).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table class="${className}"><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function cell(content: string): string {
  // A cell that brings its own tag says so by beginning with one.
  return content.startsWith('<td') ? content : `<td>${content}</td>`;
}

/** A fraction as a percentage; a dash where there is none. */
export function percent(value: number | null, digits = 2): string {
  return value === null ? '–' : `${number(value * 100, digits)} %`;
}

/** A number; a dash where there is none. */
export function number(value: number | null, digits = 2): string {
  if (value === null) return '–';
  const text = value.toLocaleString('en-US', fixed(digits));
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}

function fixed(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}
