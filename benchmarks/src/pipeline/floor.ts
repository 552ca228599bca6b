import { performance } from 'node:perf_hooks';
import type { ServicePool } from '@trading/database';
import type { PipelineSystem } from './pipelineSystem';

/** Tables that a bar appends rows to. */
const APPENDED = [
  'data_ingestion.market_data',
  'event_bus.outbox',
  'strategy_engine.strategy_signals',
  'execution.orders',
  'execution.execution_logs',
  'execution.trades',
  'logging.system_logs',
  'logging.trading_logs',
  'notification.notification_logs',
  'risk_management.risk_events',
] as const;

/** Tables whose rows a bar writes anew, or adds to by their key. */
const REWRITTEN: Readonly<Record<string, readonly string[]>> = {
  'data_ingestion.ingestion_status': ['id'],
  'execution.positions': ['id'],
  'execution.market_clocks': ['symbol', 'data_source'],
  'risk_management.account_holdings': ['account_id', 'symbol'],
  'risk_management.account_states': ['account_id'],
  'risk_management.risk_limits': ['id'],
  'analytics.performance_metrics': ['id'],
  'strategy_engine.strategy_performance': ['id'],
  'event_bus.consumer_groups': ['consumer_group'],
};

const copyOf = (table: string) => `floor.${table.replace('.', '_')}`;
const rowsOf = (table: string) => `floor.rows_${table.replace('.', '_')}`;

/**
 * What PostgreSQL needs at least for what a bar leaves: the same rows into tables with the same columns, indexes and
 * CHECKs, with nobody asking, deciding or listening, in one transaction of one script.
 *
 * @param bars  how many bars are handled and written again
 * @returns the middle one's time, ms
 */
export async function measureFloor(pipeline: PipelineSystem, bars: number): Promise<number> {
  const { admin, system } = pipeline;
  await admin.query('DROP SCHEMA IF EXISTS floor CASCADE');
  await admin.query('CREATE SCHEMA floor');
  for (const table of [...APPENDED, ...Object.keys(REWRITTEN)]) {
    await admin.query(`CREATE TABLE ${copyOf(table)} (LIKE ${table} INCLUDING ALL)`);
    await admin.query(`INSERT INTO ${copyOf(table)} OVERRIDING SYSTEM VALUE SELECT * FROM ${table}`);
  }
  const times: number[] = [];
  for (let bar = 0; bar < bars; bar += 1) {
    const before = await lastIds(admin);
    await pipeline.ingest();
    await system.drain();
    await stage(admin, before);
    const script = await scriptOf(admin);
    await admin.query('CHECKPOINT');
    const started = performance.now();
    await admin.query(script);
    times.push(performance.now() - started);
  }
  await admin.query('DROP SCHEMA floor CASCADE');
  return times.toSorted((left, right) => left - right)[times.length >> 1] ?? Number.NaN;
}

async function lastIds(admin: ServicePool): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const table of APPENDED) {
    const { rows } = await admin.query<{ id: string }>(
      `SELECT coalesce(max(id), 0)::text AS id FROM ${table}`,
    );
    ids[table] = rows[0]?.id ?? '0';
  }
  return ids;
}

/** Puts the rows that a bar left into tables beside, so that the script only writes. */
async function stage(admin: ServicePool, before: Readonly<Record<string, string>>): Promise<void> {
  for (const table of APPENDED) {
    await admin.query(`DROP TABLE IF EXISTS ${rowsOf(table)}`);
    await admin.query(
      `CREATE UNLOGGED TABLE ${rowsOf(table)} AS SELECT * FROM ${table} WHERE id > ${before[table]} ORDER BY id`,
    );
  }
  for (const [table, key] of Object.entries(REWRITTEN)) {
    await admin.query(`DROP TABLE IF EXISTS ${rowsOf(table)}`);
    const known = key.map((column) => `c.${column} = t.${column}`).join(' AND ');
    await admin.query(
      `CREATE UNLOGGED TABLE ${rowsOf(table)} AS SELECT t.* FROM ${table} AS t
        WHERE NOT EXISTS (SELECT FROM ${copyOf(table)} AS c WHERE ${known} AND c IS NOT DISTINCT FROM t)`,
    );
  }
}

async function scriptOf(admin: ServicePool): Promise<string> {
  const statements = APPENDED.map(
    (table) => `INSERT INTO ${copyOf(table)} OVERRIDING SYSTEM VALUE SELECT * FROM ${rowsOf(table)}`,
  );
  for (const [table, key] of Object.entries(REWRITTEN)) {
    const { rows } = await admin.query<{ column: string }>(
      `SELECT quote_ident(attname) AS column FROM pg_attribute
        WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($2)`,
      [table, key],
    );
    const set = rows.map(({ column }) => `${column} = excluded.${column}`).join(', ');
    statements.push(
      `INSERT INTO ${copyOf(table)} OVERRIDING SYSTEM VALUE SELECT * FROM ${rowsOf(table)}
       ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set}`,
    );
  }
  return `BEGIN; ${statements.join(';\n')}; COMMIT`;
}
