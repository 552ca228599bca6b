import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServicePool, poolSql } from '@trading/database';
import { TradingError } from '@trading/model';
import {
  type FieldChange,
  type FuzzTarget,
  fieldChanges,
  hostilePieces,
  objectOf,
  type Pieces,
  runFuzz,
  textOf,
} from '@trading/testing/fuzz';
import * as fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import {
  createIngestionService,
  createProvider,
  type FileMapping,
  type IngestionService,
  type ProviderName,
} from '../../src';

type Context = Readonly<Record<string, string>>;

/** The service on a database of the test's own, a folder for the files, and a check of what it has written. */
function open({ url = '', folder = '', prefix = '' }: Context) {
  const pool = createServicePool({ url, service: 'ingestion' });
  const service = createIngestionService({ pool });
  const files = mkdtempSync(join(folder, 'fuzz-'));
  let count = 0;
  /** Gives the work a symbol of its own. Whatever it was given, what it says it stored is what is stored, and nothing runs any more. */
  const tried = async (
    work: (service: IngestionService, symbol: string, path: string) => Promise<{ inserted: number }>,
  ) => {
    count += 1;
    const symbol = `${prefix}${count}`;
    const outcome = await work(service, symbol, join(files, symbol)).catch((error: unknown) => ({ error }));
    const running = (await service.status(symbol)).filter(({ status }) => status === 'running');
    if (running.length > 0) {
      throw new TradingError<'TESTING.STILL_RUNNING'>(
        'TESTING.STILL_RUNNING',
        `${symbol} still counts as running`,
        { kind: 'bug' },
      );
    }
    if ('error' in outcome) throw outcome.error;
    await storedAre(symbol, outcome.inserted);
  };
  const storedAre = async (symbol: string, inserted: number) => {
    const rows = await poolSql(pool).query<{ bars: number }>(
      'SELECT count(*)::int AS bars FROM data_ingestion.market_data WHERE symbol = $1',
      [symbol],
    );
    const bars = rows[0]?.bars;
    if (bars === inserted) return;
    throw new TradingError<'TESTING.MISCOUNTED'>(
      'TESTING.MISCOUNTED',
      `${bars} bars are stored, ${inserted} were reported`,
      {
        kind: 'bug',
      },
    );
  };
  return { tried, close: () => pool.end() };
}

/** A file's lines: mostly as they are, here and there a field or a whole line that nobody meant well with. */
interface HostileCsv {
  readonly header: readonly FieldAt[];
  readonly lines: readonly { readonly repeated: number; readonly fields: readonly FieldAt[] }[];
  readonly end: Pieces;
}
interface FieldAt {
  readonly at: number;
  readonly text: Pieces;
}
const fieldsAt = (max: number) =>
  fc.array(fc.record({ at: fc.integer({ min: 0, max: 8 }), text: hostilePieces }), { maxLength: max });
const hostileCsv: fc.Arbitrary<HostileCsv> = fc.record({
  header: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fieldsAt(2) }),
  lines: fc.array(fc.record({ repeated: fc.constantFrom(1, 1, 1, 3, 300), fields: fieldsAt(2) }), {
    maxLength: 6,
  }),
  end: fc.oneof({ weight: 4, arbitrary: fc.constant<Pieces>([]) }, { weight: 1, arbitrary: hostilePieces }),
});

function csvOf(
  { header, lines, end }: HostileCsv,
  names: readonly string[],
  row: (day: number) => readonly string[],
): string {
  const changed = (fields: readonly string[], changes: readonly FieldAt[], repeated = 1) => {
    const copy = [...fields];
    // Long fields or many lines, not both: the file is to be read in pieces, but it is made in one.
    for (const { at, text } of changes) copy[at] = textOf(text).slice(0, Math.ceil(600_000 / repeated));
    return Array.from(copy, (field) => field ?? '').join(',');
  };
  let day = 0;
  const body = lines.flatMap(({ repeated, fields }) =>
    Array.from({ length: repeated }, () => {
      day += 1;
      return changed(row(day), fields, repeated);
    }),
  );
  return `${[changed(names, header), ...body].join('\n')}\n${textOf(end)}`;
}

const dateOf = (day: number) => new Date(Date.UTC(2000, 0, 3 + day)).toISOString().slice(0, 10);

function csv(context: Context): FuzzTarget<HostileCsv> {
  const { tried, close } = open(context);
  const names = ['Date', 'Open', 'High', 'Low', 'Close', 'Adj Close', 'Volume'];
  return {
    inputs: hostileCsv,
    take: (input) =>
      tried((service, symbol, path) => {
        writeFileSync(
          path,
          csvOf(input, names, (day) => [dateOf(day), '10', '12', '9', '11', '11', '1000']),
        );
        return service.ingestFile({ path, symbol, allowRejects: true });
      }),
    close,
  };
}

const MAPPING: FileMapping = {
  timestamp: 't',
  timeFormat: 'date',
  open: 'o',
  high: 'h',
  low: 'l',
  close: 'c',
  volume: 'v',
};

/** The time formats that the target writes. */
const FORMATS = ['date', 'iso', 'epoch_s', 'epoch_ms'] as const;

function mappedCsv(context: Context): FuzzTarget<HostileCsv & { timeFormat: (typeof FORMATS)[number] }> {
  const { tried, close } = open(context);
  const time = { date: dateOf, iso: (day: number) => `${dateOf(day)}T14:30:00Z` };
  const moment = (day: number) => Date.UTC(2000, 0, 3 + day);
  const times = {
    ...time,
    epoch_s: (day: number) => String(moment(day) / 1000),
    epoch_ms: (day: number) => String(moment(day)),
  };
  return {
    inputs: fc
      .tuple(hostileCsv, fc.constantFrom(...FORMATS))
      .map(([file, timeFormat]) => ({ ...file, timeFormat })),
    take: ({ timeFormat, ...input }) =>
      tried((service, symbol, path) => {
        const text = csvOf(input, ['t', 'o', 'h', 'l', 'c', 'v'], (day) => [
          times[timeFormat](day),
          '10',
          '12',
          '9',
          '11',
          '1000',
        ]);
        writeFileSync(path, text);
        return service.ingestFile({
          path,
          symbol,
          dataSource: 'alpaca',
          allowRejects: true,
          mapping: { ...MAPPING, timeFormat },
        });
      }),
    close,
  };
}

/** A file that was damaged on the way: some bytes changed, counted from its end where the footer is, and a part cut off. */
interface Damage {
  readonly bytes: readonly { readonly fromEnd: number; readonly value: number }[];
  readonly keep: number;
  readonly footerLength: number | null;
}

function parquet(context: Context): FuzzTarget<Damage> {
  const { tried, close } = open(context);
  const days = Array.from({ length: 50 }, (_, day) => day);
  const column = (name: string, value: number) => ({
    name,
    data: days.map(() => value),
    type: 'DOUBLE' as const,
  });
  const whole = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 't', data: days.map(dateOf), type: 'STRING' },
        ...[column('o', 10), column('h', 12), column('l', 9), column('c', 11), column('v', 1000)],
      ],
    }),
  );
  const damage: fc.Arbitrary<Damage> = fc.record({
    bytes: fc.array(
      fc.record({
        fromEnd: fc.oneof(
          { weight: 3, arbitrary: fc.integer({ min: 1, max: 700 }) },
          fc.integer({ min: 1, max: whole.length }),
        ),
        value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 })),
      }),
      { maxLength: 12 },
    ),
    keep: fc.oneof(
      { weight: 6, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
    footerLength: fc.oneof(
      { weight: 8, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 32 - 1) },
    ),
  });
  return {
    inputs: damage,
    take: ({ bytes, keep, footerLength }) =>
      tried((service, symbol, path) => {
        const copy = Buffer.from(whole);
        for (const { fromEnd, value } of bytes) copy[Math.max(0, copy.length - fromEnd)] = value;
        if (footerLength !== null) copy.writeUInt32LE(footerLength, copy.length - 8);
        const file = `${path}.parquet`;
        writeFileSync(file, copy.subarray(0, Math.floor(copy.length * keep)));
        return service.ingestFile({
          path: file,
          symbol,
          dataSource: 'alpaca',
          allowRejects: true,
          mapping: MAPPING,
        });
      }),
    close,
  };
}

/** What a provider answers: changes to the outer object and to one of its bars, or no JSON at all. */
interface HostileAnswer {
  readonly status: number;
  readonly outer: readonly FieldChange[];
  readonly bar: readonly FieldChange[];
  readonly instead: Pieces | null;
}
const hostileAnswer: fc.Arbitrary<HostileAnswer> = fc.record({
  status: fc.oneof({ weight: 8, arbitrary: fc.constant(200) }, fc.constantFrom(204, 400, 403, 404, 429, 500)),
  outer: fieldChanges,
  bar: fieldChanges,
  instead: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: hostilePieces }),
});

/** The answers of each provider, as far as they can be changed. */
const ANSWERS: Readonly<Record<ProviderName, (answer: HostileAnswer, start: number) => string>> = {
  polygon: ({ outer, bar }, t) =>
    withList({ status: 'OK', ticker: 'X', resultsCount: 1, results: '@list' }, outer, [
      objectOf({ t, o: 10, h: 12, l: 9, c: 11, v: 100, vw: 10.5, n: 3 }, bar),
    ]),
  alpaca: ({ outer, bar }, t) =>
    withList({ symbol: 'X', next_page_token: null, bars: '@list' }, outer, [
      objectOf({ t: new Date(t).toISOString(), o: 10, h: 12, l: 9, c: 11, v: 100, n: 3, vw: 10.5 }, bar),
    ]),
  yahoo: ({ outer, bar }, t) => {
    const quote = objectOf({ open: [10], high: [12], low: [9], close: [11], volume: [100] }, bar);
    const result = objectOf(
      { meta: { symbol: 'X', gmtoffset: -18_000 }, timestamp: [t / 1000], indicators: '@quote' },
      outer,
    );
    const indicators = `{"quote":[${quote}],"adjclose":[{"adjclose":[11]}]}`;
    return `{"chart":{"result":[${result.replace('"@quote"', () => indicators)}],"error":null}}`;
  },
};

function withList(
  fields: Readonly<Record<string, unknown>>,
  changes: readonly FieldChange[],
  rows: readonly string[],
): string {
  return objectOf(fields, changes).replace('"@list"', () => `[${rows.join(',')}]`);
}

const provider =
  (name: ProviderName) =>
  async (context: Context): Promise<FuzzTarget<HostileAnswer>> => {
    const { tried, close } = open(context);
    const start = Date.UTC(2024, 0, 3, 5);
    let answer: { status: number; text: string } = { status: 500, text: '' };
    const server = createServer((_request, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' });
      response.end(answer.text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bars = createProvider(name, {
      key: 'key',
      secret: 'secret',
      callsPerMinute: 1_000_000,
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      http: { attempts: 1 },
    });
    return {
      inputs: hostileAnswer,
      take: (input) =>
        tried(async (service, symbol) => {
          answer = {
            status: input.status,
            text: input.instead === null ? ANSWERS[name](input, start) : textOf(input.instead),
          };
          const from = new Date(start);
          const to = new Date(start + 3 * 86_400_000);
          const { inserted } = await service.ingestFromProvider({
            provider: bars,
            symbol,
            dataSource: name,
            from,
            to,
          });
          return { inserted };
        }),
      close: async () => {
        server.closeAllConnections();
        server.close();
        await close();
      },
    };
  };

void runFuzz({
  csv,
  mappedCsv,
  parquet,
  polygon: provider('polygon'),
  yahoo: provider('yahoo'),
  alpaca: provider('alpaca'),
});
