const HIDDEN = '[redacted]';

/** Names of fields whose values are never written down. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|authorization|credential|cookie/i;

/** Secrets inside of text, each with what stays of it. */
const SECRET_TEXT: readonly [RegExp, string][] = [
  // postgresql://user:password@host
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s@/]+@/gi, `$1:${HIDDEN}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${HIDDEN}`],
  // password=..., "apiKey": "...", ?token=...
  [
    /((?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key|access[-_]?key)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    `$1${HIDDEN}`,
  ],
];

/** How deep metadata is looked into; what lies deeper is left out. */
const MAX_DEPTH = 8;

/** Takes passwords, keys and tokens out of a text: those in URLs, in `name=value` pairs, in authorization headers. */
export function redactText(text: string): string {
  return SECRET_TEXT.reduce((safe, [pattern, replacement]) => safe.replace(pattern, replacement), text);
}

/**
 * A copy of a value that can be stored as JSON and holds no secret: fields with a secret's name are hidden, texts are
 * cleaned, errors become their name, message and code, and what JSON can't hold becomes text.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') return value === undefined ? undefined : String(value);
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) {
    const code = 'code' in value ? { code: String(value.code) } : {};
    return { name: value.name, message: redactText(value.message), ...code };
  }
  // Dates, decimals and URLs know how to be written; everything else is its fields.
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) ? HIDDEN : redact(inner, depth + 1),
    ]),
  );
}
