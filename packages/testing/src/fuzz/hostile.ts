import {
  type Arbitrary,
  array,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
  string,
  tuple,
} from 'fast-check';

/** A text in pieces that are each repeated so often: what it is made of stays readable however long it is. */
export type Pieces = readonly (readonly [piece: string, times: number])[];

/** What readers stumble over: control and escape sequences, half characters, text that patterns of secrets and numbers begin with. */
const PIECES = [
  ...[
    'a',
    '0',
    '9',
    ' ',
    '\t',
    '.',
    '-',
    '+',
    ',',
    ';',
    ':',
    '/',
    '@',
    '=',
    '"',
    "'",
    '\\',
    '{',
    '[',
    '(',
    '%',
    '_',
  ],
  ...[
    '\0',
    '\u001b[2J',
    '\u001b]0;x\u0007',
    '\r',
    '\r\n',
    '\n',
    '\u2028',
    '\ufeff',
    '\ud800',
    '\udc00',
    '\u202e',
    'é',
    '😀',
  ],
  ...[
    'a:',
    'a://',
    'postgresql://u:',
    'password',
    'password=',
    'token":',
    'Bearer ',
    'api_key',
    '1e',
    '1e309',
    '-0',
    'NaN',
  ],
  ...[
    'Infinity',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    '0x1f',
    '١٢٣',
    '1,000',
    '2013-02-30',
    '9'.repeat(30),
  ],
  ...["'; DROP TABLE x; --", '$1', '%s%n', '../', 'T00:00:00Z', '=HYPERLINK("x")'],
];

/** Mostly short, now and then as long as a line may be: what grows with the square of a length shows at 60,000 letters. */
const times: Arbitrary<number> = oneof(
  { weight: 8, arbitrary: constant(1) },
  { weight: 3, arbitrary: integer({ min: 2, max: 40 }) },
  { weight: 1, arbitrary: constantFrom(1_000, 20_000, 60_000) },
);

/** A text that nobody meant well with. */
export const hostilePieces: Arbitrary<Pieces> = array(
  tuple(oneof(constantFrom(...PIECES), string({ maxLength: 6, unit: 'binary' })), times),
  { maxLength: 6 },
);

/** The text itself. Never longer than 200,000 letters. */
export function textOf(pieces: Pieces): string {
  return pieces
    .map(([piece, count]) => piece.repeat(count))
    .join('')
    .slice(0, 200_000);
}

/** Any JSON, with hostile texts in it, very deep, very wide or neither. */
export type HostileJson =
  | { readonly text: Pieces }
  | { readonly value: number | boolean | null | string }
  | { readonly nested: number; readonly array: boolean }
  | { readonly wide: number };

/** A value where another one is expected. */
export const hostileJson: Arbitrary<HostileJson> = oneof(
  record({ text: hostilePieces }),
  record({
    value: constantFrom<number | boolean | null | string>(
      ...[0, -0, -1, 1.5, 1e21, 1e-9, 2 ** 53, -(2 ** 63), 1e308, true, false, null],
      ...[
        '',
        '0',
        '-1',
        '1e400',
        'NaN',
        '-Infinity',
        '99999999999999999999',
        '0.00000000000000000001',
        '2013-05-13',
        '9'.repeat(400),
      ],
    ),
  }),
  record({ nested: constantFrom(1, 2, 50, 3_000, 20_000), array: constantFrom(true, false) }),
  record({ wide: constantFrom(0, 1, 1_000, 20_000) }),
);

/** Its JSON text; what is deep is written without recursion. */
export function jsonOf(hostile: HostileJson): string {
  if ('text' in hostile) return JSON.stringify(textOf(hostile.text));
  if ('value' in hostile) return JSON.stringify(hostile.value);
  if ('wide' in hostile) return `[${Array.from({ length: hostile.wide }, () => '{}').join(',')}]`;
  return hostile.array
    ? `${'['.repeat(hostile.nested)}${']'.repeat(hostile.nested)}`
    : `${'{"a":'.repeat(hostile.nested)}1${'}'.repeat(hostile.nested)}`;
}

/** JSON of an object of which some fields are replaced, some missing, and some added. */
export function objectOf(fields: Readonly<Record<string, unknown>>, changes: readonly FieldChange[]): string {
  const texts = new Map(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));
  const names = Object.keys(fields);
  for (const change of changes) {
    const name = change.field === 'added' ? 'added' : names[change.field % names.length];
    if (name === undefined) continue;
    if (change.value === null) texts.delete(name);
    else texts.set(name, jsonOf(change.value));
  }
  return `{${[...texts].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

/** One change to an object: which of its fields, and what stands there instead; null: nothing does. */
export interface FieldChange {
  readonly field: number | 'added';
  readonly value: HostileJson | null;
}

/** A few changes. */
export const fieldChanges: Arbitrary<readonly FieldChange[]> = array(
  record({
    field: oneof(integer({ min: 0, max: 40 }), constant<'added'>('added')),
    value: oneof({ weight: 6, arbitrary: hostileJson }, { weight: 1, arbitrary: constant(null) }),
  }),
  { maxLength: 3 },
);
