const REPLACEMENT = '\ufffd';

/**
 * A text of foreign origin as PostgreSQL can hold it, as text and within JSON: a NUL and half a surrogate pair become
 * U+FFFD. One such character in one value would otherwise fail the statement that carries many.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', REPLACEMENT).replace(/\p{Surrogate}/gu, REPLACEMENT);
}

/**
 * A value of foreign origin, short enough to stand in a message: its first characters, and how many there were. What
 * would be a NUL or half a surrogate pair is U+FFFD.
 *
 * @param most  characters to keep; 100
 */
export function shortText(value: string, most = 100): string {
  if (value.length <= most) return storableText(value);
  return `${storableText(value.slice(0, most))}… (${value.length} characters)`;
}
