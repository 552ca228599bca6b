import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { Client } from 'pg';
import { GIVEN_COLUMNS, GIVEN_CONSTRAINTS, GIVEN_ENUMS } from './givenSchema';

let database: TestDatabase;
let owner: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await database?.drop();
});

describe('the migrated schema', () => {
  it.each(Object.entries(GIVEN_COLUMNS))('has the given columns of %s', async (table, given) => {
    const { rows } = await owner.query<{ column: string }>(
      `SELECT a.attname || ' ' || replace(replace(format_type(a.atttypid, a.atttypmod), 'timestamp(6) with time zone', 'timestamptz'), '"', '')
              AS name, a.attnotnull AS required, coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS fallback
         FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
      [table],
    );
    const there = rows as unknown as { name: string; required: boolean; fallback: string }[];
    const missing = given.filter((line) => {
      const [column = '', fallback = ''] = line.split(' = ');
      const required = column.endsWith(' !');
      const name = column.replace(/ !$/, '');
      const expression = fallback === 'now' ? /CURRENT_TIMESTAMP|now\(\)/ : new RegExp(`^${fallback}`);
      return !there.some(
        (row) => row.name === name && (!required || row.required) && expression.test(row.fallback),
      );
    });
    expect(missing).toEqual([]);
  });

  it('has the given enums, labels in order', async () => {
    const { rows } = await owner.query<{ name: string; labels: string[] }>(
      `SELECT n.nspname || '.' || t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
         FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace GROUP BY 1`,
    );
    expect(Object.fromEntries(rows.map(({ name, labels }) => [name, labels]))).toMatchObject(GIVEN_ENUMS);
  });

  it('has the given constraints', async () => {
    const { rows } = await owner.query<{ named: string; unnamed: string }>(
      `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS named,
              conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS unnamed FROM pg_constraint
       UNION ALL
       SELECT '', indrelid::regclass || ' UNIQUE (' || string_agg(a.attname, ', ' ORDER BY k.n) || ')'
         FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(num, n)
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num
        WHERE i.indisunique AND i.indpred IS NULL GROUP BY i.indexrelid, i.indrelid`,
    );
    const there = rows.flatMap(({ named, unnamed }) => [named, unnamed]);
    expect(GIVEN_CONSTRAINTS.filter((given) => !there.some((line) => line.startsWith(given)))).toEqual([]);
  });

  it('partitions market_data by time, with its children out of sight', async () => {
    const { rows } = await owner.query(
      `SELECT p.partstrat, pg_get_partkeydef(p.partrelid) AS key, count(*) > 0 AS has_children, bool_and(n.nspname = 'market_data_partitions') AS hidden
         FROM pg_partitioned_table p JOIN pg_inherits i ON i.inhparent = p.partrelid JOIN pg_class c ON c.oid = i.inhrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE p.partrelid = 'data_ingestion.market_data'::regclass GROUP BY 1, 2`,
    );
    expect(rows).toEqual([{ partstrat: 'r', key: 'RANGE ("timestamp")', has_children: true, hidden: true }]);
  });

  const check = process.env.SCHEMA_CHECK;
  (check === undefined ? it.skip : it)(
    'passes the check that SCHEMA_CHECK names (NOT RUN where it is unset)',
    async () => {
      await owner.query(readFileSync(check ?? '', 'utf8'));
    },
  );
});

describe('market_data', () => {
  const bar = (changes: Record<string, string>) => {
    const row = {
      symbol: `'AAPL'`,
      timestamp: `'2024-06-03Z'`,
      open: '10',
      high: '12',
      low: '9',
      close: '11',
      volume: '100',
      data_source: `'yahoo'`,
      ...changes,
    };
    return `INSERT INTO data_ingestion.market_data (${Object.keys(row)
      .map((name) => `"${name}"`)
      .join(', ')}) VALUES (${Object.values(row).join(', ')})`;
  };

  it.each([
    ['an open of 0', { open: '0' }, 'valid_prices'],
    ['a low below 0', { low: '-1' }, 'valid_prices'],
    ['a high below the close', { high: '10.5' }, 'valid_prices'],
    ['a low above the open', { low: '10.5' }, 'valid_prices'],
    [
      'prices that are not numbers',
      { open: `'NaN'`, high: `'NaN'`, low: `'NaN'`, close: `'NaN'` },
      'valid_prices',
    ],
    ['a high that is not a number', { high: `'NaN'` }, 'valid_prices'],
    ['a negative volume', { volume: '-1' }, 'valid_volume'],
    ['a provider that nobody knows', { data_source: `'bloomberg'` }, 'valid_data_source'],
    ['a timeframe that is none', { data_source: `'yahoo_1x'` }, 'valid_data_source'],
    ['an empty symbol', { symbol: `''` }, 'valid_symbol'],
  ])('refuses %s', async (_what, changes, constraint) => {
    await expect(owner.query(bar(changes))).rejects.toMatchObject({ code: '23514', constraint });
  });

  it.each(['open', 'high', 'low', 'close', 'volume'])('refuses a bar without %s', async (column) => {
    await expect(owner.query(bar({ [column]: 'NULL' }))).rejects.toMatchObject({ code: '23502', column });
  });

  it('refuses a bar that has no partition, rather than hiding it', async () => {
    await expect(owner.query(bar({ timestamp: `'1970-01-02Z'` }))).rejects.toMatchObject({
      code: '23514',
      message: /no partition/,
    });
  });

  it('names no series in the rule that its pattern would refuse', async () => {
    const { rows } = await owner.query<{ rule: string }>(
      `SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint
        WHERE conname = 'valid_data_source' AND conrelid = 'data_ingestion.market_data'::regclass`,
    );
    const quoted = [...(rows[0]?.rule ?? '').matchAll(/'([^']+)'/g)].map(([, text = '']) => text);
    const [pattern = '', ...more] = quoted.filter((text) => text.startsWith('^'));
    const named = quoted.filter((text) => !text.startsWith('^'));
    expect([more, named.length > 10]).toEqual([[], true]);
    expect(named.filter((name) => !new RegExp(pattern).test(name))).toEqual([]);
  });

  it.each([
    'polygon',
    'yahoo_adjusted',
    'alpha_vantage',
    'yahoo_adjusted_1h',
    'polygon_1m',
    'iex_15m',
    'quandl_1w',
    'polygon_raw_1m',
    'stooq',
  ])('takes %s', async (source) => {
    await owner.query(bar({ data_source: `'${source}'`, timestamp: `'2024-06-04Z'` }));
  });
});

describe('tables that are written once', () => {
  it.each(['execution.trades', 'execution.execution_logs'])(
    'keep %s from being changed even by the owner',
    async (table) => {
      await expect(owner.query(`DELETE FROM ${table}`)).rejects.toMatchObject({
        code: '42501',
        message: `${table} is append-only: DELETE is refused`,
      });
      await expect(owner.query(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: '42501' });
    },
  );
});
