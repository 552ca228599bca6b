import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import {
  type ActionText,
  createIngestionService,
  createProvider,
  type IngestionService,
  parseAction,
  readActionsFile,
} from '../src';
import { startProviderServer } from './providerServer';
import { NOW, provider, shown } from './providerUnderTest';

const split = (date: number, numerator: number, denominator = 1) => ({ date, numerator, denominator });
/** AAPL as Yahoo tells it today: amounts are divided by both splits. */
const AAPL_EVENTS = {
  dividends: { a: { date: 1399555800, amount: 0.1175 }, b: { date: 1596807000, amount: 0.205 } },
  splits: { c: split(1402320600, 7), d: split(1598880600, 4) },
};
const chart = (meta: object, events: object, timestamp: number[] = [], price = 10) => {
  const same = timestamp.map(() => price);
  const quote = { open: same, high: same, low: same, close: same, volume: same };
  const result = [
    { meta, events, timestamp, indicators: { quote: [quote], adjclose: [{ adjclose: same }] } },
  ];
  return { json: { chart: { result, error: null } } };
};
const NEW_YORK = { currency: 'USD', exchangeTimezoneName: 'America/New_York' };
const range = { symbol: 'AAPL', from: '2014-01-01', to: '2024-06-01', now: NOW };
const told = (
  actions: readonly { exDate: string; amount: unknown; numerator: unknown; denominator: unknown }[],
) =>
  actions.map(
    ({ exDate, amount, numerator, denominator }) => `${exDate} ${amount ?? `${numerator}:${denominator}`}`,
  );

describe('corporate actions of a provider', () => {
  test('of Yahoo: amounts are put back into the shares of their day', async () => {
    await using server = await startProviderServer(chart(NEW_YORK, AAPL_EVENTS));
    const yahoo = createProvider('yahoo', { baseUrl: server.url });
    expect(told(await yahoo.actions(range)).sort()).toEqual([
      '2014-05-08 3.29',
      '2014-06-09 7:1',
      '2020-08-07 0.82',
      '2020-08-31 4:1',
    ]);
  });

  test('of Yahoo: pence are a hundredth of a pound', async () => {
    const events = { dividends: { a: { date: 1715238000, amount: 12.5 } } };
    await using server = await startProviderServer(
      chart({ currency: 'GBp', exchangeTimezoneName: 'Europe/London' }, events),
    );
    const yahoo = createProvider('yahoo', { baseUrl: server.url });
    expect(await yahoo.actions({ ...range, symbol: 'VOD.L' })).toMatchObject([{ currency: 'GBP' }]);
    expect(told(await yahoo.actions({ ...range, symbol: 'VOD.L' }))).toEqual(['2024-05-09 0.125']);
  });

  test('of Alpaca, page by page, a change of symbol among them', async () => {
    const dates = { ex_date: '2020-08-31', record_date: '2020-08-24', payable_date: '2020-08-28' };
    await using server = await startProviderServer(
      {
        json: {
          corporate_actions: { forward_splits: [{ ...dates, symbol: 'AAPL', new_rate: 4, old_rate: 1 }] },
          next_page_token: 'next',
        },
      },
      {
        json: {
          corporate_actions: {
            cash_dividends: [{ ...dates, symbol: 'AAPL', rate: 0.82, special: true }],
            name_changes: [{ old_symbol: 'FB', new_symbol: 'META', process_date: '2022-06-09' }],
          },
          next_page_token: null,
        },
      },
    );
    const alpaca = createProvider('alpaca', { baseUrl: server.url, key: 'k', secret: 's' });
    expect(await alpaca.actions(range)).toMatchObject([
      { type: 'split', exDate: '2020-08-31', payDate: '2020-08-28' },
      { type: 'special_dividend', recordDate: '2020-08-24' },
    ]);
    expect(server.calls[1]?.query).toMatchObject({ page_token: 'next', symbols: 'AAPL' });
  });

  test('of Polygon', async () => {
    await using server = await startProviderServer(
      { json: { results: [{ id: 'E1', execution_date: '2020-08-31', split_from: 1, split_to: 4 }] } },
      {
        json: {
          results: [
            {
              ex_dividend_date: '2020-08-07',
              pay_date: '2020-08-13',
              cash_amount: 0.82,
              dividend_type: 'CD',
            },
          ],
        },
      },
    );
    const polygon = createProvider('polygon', { baseUrl: server.url, key: 'k' });
    expect(await polygon.actions(range)).toMatchObject([
      { type: 'split', sourceId: 'E1' },
      { type: 'cash_dividend', payDate: '2020-08-13', currency: 'USD' },
    ]);
  });
});

describe('daily bars of an exchange in another zone', () => {
  test("are of their exchange's date: Sydney's of 2019-10-16 starts on the evening before in UTC", async () => {
    const start = Date.UTC(2019, 9, 15, 23) / 1_000;
    await using server = await startProviderServer(
      chart({ currency: 'AUD', exchangeTimezoneName: 'Australia/Sydney' }, {}, [start]),
    );
    const [bar] = shown(await provider('yahoo', server).fetchAll('yahoo', 'BHP.AX', new Date('2019-10-01')));
    expect(bar).toBe('2019-10-16T04:00:00.000Z yahoo 10/10/10/10 x10');
  });

  test('are refused where the zone is not known', async () => {
    await using server = await startProviderServer(
      chart({ exchangeTimezoneName: 'Mars/Olympus' }, {}, [1717162200]),
    );
    await expect(provider('yahoo', server).fetchAll('yahoo')).rejects.toMatchObject({
      code: 'PROVIDER.MALFORMED_ANSWER',
    });
  });
});

describe('the record of corporate actions', () => {
  let database: TestDatabase;
  let pool: ServicePool;
  let service: IngestionService;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createServicePool({
      url: database.serviceUrl('ingestion'),
      service: 'ingestion',
      waitMs: PATIENCE_MS,
    });
    service = createIngestionService({ pool });
  });
  afterAll(async () => {
    await pool?.end();
    await database?.drop();
  });

  const text: ActionText = { symbol: 'KO', type: 'split', exDate: '2012-08-13', ratio: '2:1' };
  const outcomes = async (source: 'yahoo' | 'alpaca' | 'manual', more: Partial<ActionText> = {}) =>
    (await service.actions.record([parseAction({ ...text, ...more }, source)])).map(({ outcome }) => outcome);

  test('has one action from two sources; the higher one counts, and what differs is a finding', async () => {
    expect(await outcomes('yahoo')).toEqual(['recorded']);
    expect(await outcomes('yahoo')).toEqual(['unchanged']);
    expect(await outcomes('alpaca', { payDate: '2012-08-10' })).toEqual(['corrected']);
    expect(await outcomes('manual', { ratio: '4:2' })).toEqual(['unchanged']);
    expect(await outcomes('yahoo', { ratio: '3:1' })).toEqual(['kept']);
    expect(await outcomes('manual', { ratio: '3:1' })).toEqual(['corrected']);
    expect(await service.actions.list({ symbol: 'KO' })).toMatchObject([
      { version: 3, source: 'manual', payDate: '2012-08-10', status: 'active' },
    ]);
    const findings = await poolSql(pool).query(
      "SELECT message FROM data_ingestion.data_quality_logs WHERE check_type = 'corporate_action' ORDER BY id",
    );
    expect(findings).toEqual([
      { message: 'yahoo says 3:1 of KO:split:2012-08-13, alpaca said 2:1' },
      { message: 'manual says 3:1 of KO:split:2012-08-13, alpaca said 2:1' },
    ]);
  });

  test('keeps what somebody cancelled cancelled, whatever providers say', async () => {
    await service.actions.cancel('KO:split:2012-08-13', 'a test');
    expect(await outcomes('alpaca')).toEqual(['kept']);
    expect(await outcomes('manual')).toEqual(['corrected']);
    await expect(service.actions.cancel('KO:split', 'a test')).rejects.toMatchObject({
      code: 'INGESTION.INVALID_ACTION',
    });
  });

  test('takes the splits and dividends that come with bars', async () => {
    const timestamp = [1598880600, 1598967000];
    await using server = await startProviderServer(chart(NEW_YORK, AAPL_EVENTS, timestamp));
    const yahoo = createProvider('yahoo', { baseUrl: server.url });
    const from = new Date('2014-01-01T05:00:00Z');
    await service.ingestFromProvider({ provider: yahoo, symbol: 'AAPL', dataSource: 'yahoo', from });
    expect(told(await service.actions.list({ symbol: 'AAPL' }))).toEqual([
      '2014-05-08 3.29',
      '2014-06-09 7:1',
      '2020-08-07 0.82',
      '2020-08-31 4:1',
    ]);
  });

  test.each([
    ['symbol,type,ex_date,ratio\nAAPL,split,2020-08-31,4\n', /^line 2: ratio is '4'/],
    ['symbol,type,ex_date\nAAPL,split,2020-08-31\n', /^line 2: ratio is ''; it must be given for a split/],
    ['symbol,type,when\n', /^line 1: the header has a column 'when'/],
    ['symbol,type,ex_date,amount\nAAPL,cash_dividend,2020-02-30,1\n', /^line 2: date is '2020-02-30'/],
    [
      'symbol,type,ex_date,amount\nAAPL,cash_dividend,2020-02-07,-1\n',
      /^line 2: amount is '-1'; it must be above 0/,
    ],
  ])('refuses the file %j and says why', (file, message) => {
    expect(() => readActionsFile(file)).toThrow(message);
  });
});
