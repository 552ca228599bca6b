import { shortText, TradingError } from '@trading/model';
import { guessTime } from './guessTime';
import { COLUMNS, type FileMapping, type MappedColumn, mappedColumns } from './mapping';
import type { FilePreset } from './presets';
import { splitFields, type TextRow } from './readLines';
import { plainNumber } from './readNumber';
import { hasTimeOfDay, hasZone } from './timeForm';

/** How a file is to be read: what its user said, and for the rest what was found out. */
export interface ReadingPlan {
  readonly mapping: FileMapping;
  readonly preset: FilePreset | undefined;
  /** The file's header; numbers from 1 where it has none. */
  readonly names: readonly string[];
  /** Where in a line each column stands, from 0. */
  readonly positions: Readonly<Partial<Record<MappedColumn, number>>>;
  readonly daysOnly: boolean;
  /** What was guessed and why, a sentence each. */
  readonly notes: readonly string[];
}

/** What a user says of a file; an empty name says that there is no such column. */
export type SaidMapping = Partial<FileMapping>;

const DELIMITERS = [',', ';', '\t', '|'];

/** What columns are called, without case, spaces and signs, in the files of the world. */
const SYNONYMS: Readonly<Record<MappedColumn, readonly string[]>> = {
  timestamp: [
    'timestamp',
    'date',
    'datum',
    'datetime',
    'day',
    'windowstart',
    'opentime',
    'time',
    'unix',
    'epoch',
    'gmttime',
    'localtime',
    'fecha',
    't',
    'dt',
  ],
  time: ['time', 'hour', 'zeit', 'uhrzeit'],
  open: ['open', 'o', '1open', 'first', 'eroffnung', 'opening', 'openprice'],
  high: ['high', 'h', '2high', 'max', 'hoch', 'highprice'],
  low: ['low', 'l', '3low', 'min', 'tief', 'lowprice'],
  close: ['close', 'c', '4close', 'last', 'price', 'closelast', 'schluss', 'closeprice'],
  adjustedClose: ['adjclose', 'adjustedclose', '5adjustedclose'],
  volume: ['volume', 'v', 'vol', '5volume', '6volume', 'volumen', 'stuck'],
  symbol: ['symbol', 'ticker', 'name', 'sym', 'instrument'],
};

/**
 * Finds out how to read a file from its first lines: what stands between fields, whether there is a header, which form
 * it is of, and how times and numbers are written. What the user said wins.
 *
 * @throws TradingError `INGESTION.MALFORMED_HEADER` naming what is missing, `.AMBIGUOUS_FILE` naming what has to be said,
 * `.UNKNOWN_FORM`, `.UNKNOWN_PRESET`
 */
export function recognise(
  sample: readonly TextRow[],
  {
    said,
    presets,
    preset: presetName,
    oneSymbol,
  }: {
    readonly said: SaidMapping;
    readonly presets: readonly FilePreset[];
    readonly preset: string | undefined;
    readonly oneSymbol: boolean;
  },
): ReadingPlan {
  const notes: string[] = [];
  const delimiter = said.delimiter ?? guessDelimiter(sample.slice(0, 100).map(({ text }) => text));
  const rows = sample.map(({ text }) => splitFields(withoutMark(text), delimiter));
  const [first = []] = rows;
  const isMapped = said.timestamp !== undefined && said.open !== undefined;
  const preset =
    presetName === undefined
      ? isMapped
        ? undefined
        : recogniseForm(rows, presets)
      : named(presetName, presets);
  const { headerLines = isHeader(first) ? 1 : 0, ...known } = { ...preset?.mapping, ...said };
  const names = headerLines === 0 ? first.map((_, index) => String(index + 1)) : first;
  if (presetName === undefined && preset !== undefined)
    notes.push(`recognised as ${preset.name}; ${preset.adjustment}`);
  if (delimiter !== ',')
    notes.push(`fields are separated by ${delimiter === '\t' ? 'tabs' : `'${delimiter}'`}`);
  if (headerLines === 0) notes.push('there is no header');
  const columns = preset === undefined ? withGuessed(names, known, oneSymbol) : namedColumns(known);
  const positions = positionsOf(columns, names);
  const body = rows.slice(headerLines);
  if (body.length === 0)
    throw new TradingError('INGESTION.EMPTY_FILE', 'the file has a header and no rows', {
      details: { headerLines },
    });
  const cells = (column: MappedColumn) => {
    const position = positions[column];
    return position === undefined ? [] : body.map((row) => row[position] ?? '').filter((cell) => cell !== '');
  };
  const decimal =
    known.decimal ??
    guessDecimal(
      ['open', 'high', 'low', 'close'].flatMap((column) => cells(column as MappedColumn)),
      notes,
    );
  const volumeUnits = known.volumeUnits ?? cells('volume').some((cell) => /^[\d.,]{1,20}[KMBT]$/i.test(cell));
  if (volumeUnits && known.volumeUnits === undefined)
    notes.push('volumes have K, M or B for thousands, millions and billions');
  const times = timesOf(body, positions);
  const { timestamp } = columns;
  const column = typeof timestamp === 'number' ? `column ${timestamp}` : String(timestamp);
  const time = timeOf(known, times, column, notes);
  return {
    mapping: mappingOf({ ...known, ...time.mapping, decimal, volumeUnits, delimiter, headerLines }, columns),
    ...{ preset, names, positions, daysOnly: time.daysOnly, notes },
  };
}

function timeOf(known: SaidMapping, times: readonly string[], column: string, notes: string[]) {
  const { timeFormat, timezone } = known;
  if (timeFormat === undefined) {
    const { format, timezone: zone, daysOnly, note } = guessTime(times, timezone, column);
    notes.push(note);
    return { mapping: { timeFormat: format, ...(zone === undefined ? {} : { timezone: zone }) }, daysOnly };
  }
  if (timezone === undefined && hasTimeOfDay(timeFormat) && !hasZone(timeFormat)) {
    throw new TradingError(
      'INGESTION.AMBIGUOUS_FILE',
      `times of the form ${timeFormat} have no zone; say whose clock it is: --timezone America/New_York, or UTC`,
      { details: { field: column, option: 'timezone' } },
    );
  }
  return { mapping: {}, daysOnly: false };
}

/** What is known with the columns that there are: one that was said to be none is not there any more. */
function mappingOf(known: SaidMapping, columns: Readonly<Record<string, string | number>>): FileMapping {
  const other = Object.entries(known).filter(([name]) => !(COLUMNS as readonly string[]).includes(name));
  // positionsOf has seen to it that what must be there is.
  return { ...Object.fromEntries(other), ...columns } as unknown as FileMapping;
}

/** The time of each row as one text, of the rows that have one. */
function timesOf(body: readonly (readonly string[])[], positions: ReadingPlan['positions']): string[] {
  const { timestamp, time } = positions;
  if (timestamp === undefined) return [];
  return body
    .map((row) =>
      (time === undefined ? (row[timestamp] ?? '') : `${row[timestamp] ?? ''} ${row[time] ?? ''}`).trim(),
    )
    .filter((text) => text !== '');
}

/** The delimiter by which most lines have as many fields as the others, the first included. */
function guessDelimiter(lines: readonly string[]): string {
  const scored = DELIMITERS.map((delimiter) => {
    const counts = lines.map((line) => splitFields(line, delimiter).length);
    const fields = counts[0] ?? 1;
    return { delimiter, fields, score: fields < 2 ? 0 : counts.filter((count) => count === fields).length };
  });
  return scored.reduce((best, one) =>
    one.score > best.score || (one.score === best.score && one.fields > best.fields) ? one : best,
  ).delimiter;
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Names are compared without case, spaces and signs: `adjclose`, `Adj Close` and `<ADJ_CLOSE>` are one. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '');
}

function isHeader(first: readonly string[]): boolean {
  const known = new Set(Object.values(SYNONYMS).flat());
  return first.some((name) => known.has(plainName(name)));
}

function recogniseForm(
  rows: readonly (readonly string[])[],
  presets: readonly FilePreset[],
): FilePreset | undefined {
  const [first = [], second = []] = rows;
  const found = first.map(plainName);
  return presets.find(({ name, header, fields }) => {
    if (header !== undefined) {
      const wanted = header.map(plainName);
      if (name === 'yfinance' && plainName(second[0] ?? '') !== 'ticker') return false;
      // Yahoo's columns are told by their names wherever they stand; of other forms also the order is their own.
      return name === 'yahoo' ? wanted.every((one) => found.includes(one)) : wanted.join() === found.join();
    }
    if (fields !== first.length || isHeader(first)) return false;
    return fields === 12
      ? /^\d{13}(?:\d{3})?$/.test(first[0] ?? '')
      : /^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}$/.test(`${first[0]} ${first[1]}`);
  });
}

function named(presetName: string, presets: readonly FilePreset[]): FilePreset {
  const preset = presets.find(({ name }) => name === presetName);
  if (preset !== undefined) return preset;
  throw new TradingError(
    'INGESTION.UNKNOWN_PRESET',
    `there is no preset '${shortText(presetName)}'; there are ${presets.map(({ name }) => name).join(', ')}`,
    { details: { field: 'preset', value: shortText(presetName) } },
  );
}

/** The named columns, and where none is named those whose names say what they hold. */
function withGuessed(
  names: readonly string[],
  known: SaidMapping,
  oneSymbol: boolean,
): Record<string, string | number> {
  const columns: Record<string, string | number> = Object.fromEntries(mappedColumns(known));
  const plain = names.map(plainName);
  for (const column of COLUMNS) {
    if (column in columns || (column === 'symbol' && oneSymbol)) continue;
    const synonym = SYNONYMS[column].find((name) => plain.includes(name));
    const position = synonym === undefined ? -1 : plain.indexOf(synonym);
    const name = names[position];
    if (name !== undefined && !Object.values(columns).includes(name)) columns[column] = name;
  }
  return withoutNone(columns);
}

function namedColumns(known: SaidMapping): Record<string, string | number> {
  return withoutNone(Object.fromEntries(mappedColumns(known)));
}

/** An empty name says that there is no such column. */
function withoutNone(columns: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== ''));
}

function positionsOf(
  columns: Readonly<Record<string, string | number>>,
  names: readonly string[],
): Partial<Record<MappedColumn, number>> {
  const plain = names.map(plainName);
  const wanted = Object.entries(columns).map(([column, name]) => {
    if (typeof name === 'number') return { column, name, position: name <= names.length ? name - 1 : -1 };
    const exact = names.indexOf(name);
    return { column, name, position: exact >= 0 ? exact : plain.indexOf(plainName(name)) };
  });
  const unnamed = (['timestamp', 'open', 'high', 'low', 'close'] as const).filter(
    (column) => !(column in columns),
  );
  const missing = [
    ...wanted.filter(({ position }) => position < 0).map(({ name }) => String(name)),
    ...unnamed,
  ];
  const doubled = wanted
    .filter(
      ({ name }) => typeof name === 'string' && plain.filter((one) => one === plainName(name)).length > 1,
    )
    .map(({ name }) => String(name));
  if (missing.length === 0 && doubled.length === 0)
    return Object.fromEntries(wanted.map(({ column, position }) => [column, position]));
  const problem =
    missing.length > 0 ? `lacks ${missing.join(', ')}` : `has ${doubled.join(', ')} more than once`;
  throw new TradingError(
    'INGESTION.MALFORMED_HEADER',
    `the file ${problem}; it has ${shortText(names.slice(0, 30).join(', '), 300)}`,
    { details: { missing, doubled } },
  );
}

/** A comma that stands before anything but three digits is a decimal one; a point that does is a decimal point. */
function guessDecimal(prices: readonly string[], notes: string[]): '.' | ',' {
  const commas = prices.filter((price) => price.includes(','));
  if (commas.length === 0) return '.';
  const asPoint = prices.every((price) => plainNumber(price, { decimal: '.' }) !== undefined);
  const asComma = prices.every((price) => plainNumber(price, { decimal: ',' }) !== undefined);
  if (asPoint && asComma) {
    throw new TradingError(
      'INGESTION.AMBIGUOUS_FILE',
      `a price is '${shortText(commas[0] ?? '')}', and no other tells whether the comma stands before a fraction or between thousands; say --decimal , or --decimal .`,
      { details: { option: 'decimal', value: shortText(commas[0] ?? '') } },
    );
  }
  notes.push(asComma ? 'prices have a decimal comma' : 'prices have commas between thousands');
  return asComma ? ',' : '.';
}

/**
 * The plan for a file whose columns have types, as those of Parquet: their names are found out, times are what they are.
 *
 * @throws TradingError `INGESTION.MALFORMED_HEADER` naming what is missing
 */
export function recogniseColumns(
  names: readonly string[],
  { said, oneSymbol }: { readonly said: SaidMapping; readonly oneSymbol: boolean },
): ReadingPlan {
  const columns = withGuessed(names, said, oneSymbol);
  const mapping = mappingOf({ timeFormat: 'iso', ...said }, columns);
  return {
    mapping,
    preset: undefined,
    names,
    positions: positionsOf(columns, names),
    daysOnly: false,
    notes: [],
  };
}
