import { shortText, storableText } from '@trading/model';

const HIDDEN = '[redacted]';

/** Names of fields whose values are never written down. */
const SECRET_NAME =
  /pass(?:word|wd|phrase|$)|pwd|secret|token|auth[-_]?string|api[-_]?key|private[-_]?key|access[-_]?key|authorization|credential|cookie/i;

/** How deep metadata is looked into; what lies deeper is left out. */
const MAX_DEPTH = 8;
/** Characters of a text that are written down. A longer one is somebody's file, not a message. */
const MAX_TEXT = 8_192;
/** A cut may go through a secret whose end would have shown what it is: the last word goes with it. */
const MAX_WORD = 1_024;
const MAX_NAME = 200;

/**
 * A text that may be written down: short enough, without what PostgreSQL can't hold, and without passwords, keys and
 * tokens, be they in a URL, before an `@`, in a `name=value` pair or in an authorization header. Its time grows with the
 * text's length, whatever is in it.
 */
export function redactText(text: string): string {
  return redactPairs(storableText(cut(text)).replace(/[^\s"<>]+/g, redactLogin)).replace(
    /(?:Bearer|Basic) \S+/g,
    redactAuthorization,
  );
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  let end = MAX_TEXT;
  while (end > MAX_TEXT - MAX_WORD && !isSpace(text[end])) end -= 1;
  return shortText(text, end);
}

function redactAuthorization(found: string): string {
  const [scheme = '', credentials = ''] = found.split(' ');
  return /^[\w.~+/=-]{8}/.test(credentials) ? `${scheme} ${HIDDEN}` : found;
}

/** Hides the password of `scheme://user:password@host` and of `user:password@host`, whatever characters are in it. */
function redactLogin(word: string): string {
  const at = word.lastIndexOf('@');
  if (at < 0) return word;
  const scheme = word.indexOf('://');
  const login = scheme < 0 || scheme > at ? 0 : scheme + '://'.length;
  const colon = word.indexOf(':', login);
  // A Redis URL has a password without a user; elsewhere a colon comes after a name.
  const isLogin = colon >= 0 && colon < at && (login > 0 || (colon > 0 && at < word.length - 1));
  return isLogin ? `${word.slice(0, colon + 1)}${HIDDEN}${word.slice(at)}` : word;
}

/** Hides the value of `password=...`, `"apiKey": "..."`, `APCA-API-SECRET-KEY: ...`, `?token=...`. */
function redactPairs(text: string): string {
  let safe = '';
  let copied = 0;
  for (const { index } of text.matchAll(/[=:]/g)) {
    if (index < copied || !SECRET_NAME.test(nameBefore(text, index))) continue;
    const start = valueAfter(text, index);
    const end = valueEnd(text, start);
    if (end === start || text.startsWith(HIDDEN, start)) continue;
    safe += text.slice(copied, start) + HIDDEN;
    copied = end;
  }
  return safe + text.slice(copied);
}

/** The name that a `=` or `:` ends, through a quote and spaces; empty where there is none. */
function nameBefore(text: string, separator: number): string {
  let end = separator;
  while (end > 0 && separator - end < MAX_NAME && isSpace(text[end - 1])) end -= 1;
  if (isQuote(text[end - 1])) end -= 1;
  let start = end;
  while (start > 0 && end - start < MAX_NAME && /[\w-]/.test(text[start - 1] ?? '')) start -= 1;
  return text.slice(start, end);
}

/** Where the value after a `=` or `:` begins: after spaces, an opening quote and the scheme of an authorization. */
function valueAfter(text: string, separator: number): number {
  let start = separator + 1;
  const skipSpaces = () => {
    while (isSpace(text[start])) start += 1;
  };
  skipSpaces();
  if (isQuote(text[start])) start += 1;
  const scheme = /^(?:Bearer|Basic|Digest) /i.exec(text.slice(start, start + 7))?.[0];
  if (scheme !== undefined) start += scheme.length;
  skipSpaces();
  return start;
}

function valueEnd(text: string, start: number): number {
  // What is quoted ends with its quote, and may have spaces in it.
  const quote = text[start - 1];
  if (isQuote(quote)) {
    const closing = text.indexOf(quote ?? '', start);
    return closing < 0 ? text.length : closing;
  }
  let end = start;
  while (end < text.length && !/[\s"'&,;}]/.test(text[end] ?? '')) end += 1;
  return end;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

/**
 * A copy of a value that can be stored as JSON and holds no secret: fields with a secret's name are hidden, texts are
 * cleaned, errors become their name, message and code, and what JSON can't hold becomes text.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return value === undefined ? undefined : redactText(String(value));
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) {
    const code = 'code' in value ? { code: redactText(String(value.code)) } : {};
    return { name: redactText(value.name), message: redactText(value.message), ...code };
  }
  // Dates, decimals and URLs know how to be written; everything else is its fields.
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      shortText(name, MAX_NAME),
      SECRET_NAME.test(shortText(name, MAX_NAME)) ? HIDDEN : redact(inner, depth + 1),
    ]),
  );
}
