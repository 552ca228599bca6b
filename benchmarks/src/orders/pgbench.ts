import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canRun, run } from '../peers';
import { DECIDED_AT, EXECUTED_AT, type OrderServer } from './orderServer';

/** Whether pgbench is on this machine. */
export const hasPgbench = () => canRun('pgbench', ['--version']);

/** The two statements of the gateway, each a transaction of its own, written by the client in C that ships with PostgreSQL. */
export const ORDER_SCRIPT = `
\\set n random(1, 9000000000000000000)
\\set buys random(0, 1)
SELECT status FROM execution.place_orders(jsonb_build_array(jsonb_build_object('orderId', 'p-' || :n::text,
  'accountId', 'B' || :client_id::text, 'symbol', 'AAPL', 'side', CASE :buys::int WHEN 1 THEN 'buy' ELSE 'sell' END,
  'orderType', 'market', 'timeInForce', 'day', 'quantity', '1', 'decidedAt', '${DECIDED_AT}', 'tradingSource', 'yahoo',
  'onPaper', true, 'correlationId', 'p-' || :n::text)));
SELECT outcome FROM execution.book_reports(jsonb_build_array(jsonb_build_object('kind', 'fill', 'orderId', 'p-' || :n::text,
  'accountId', 'B' || :client_id::text, 'executionId', 'x-' || :n::text, 'quantity', '1', 'price', '100.25', 'commission', '1',
  'executedAt', '${EXECUTED_AT}', 'settlementDate', '2024-06-05', 'correlationId', 'p-' || :n::text)));
`;

/** What no order can do without: two commits, each of one row, that the disk has to keep. */
export const FLOOR_SCRIPT = `
INSERT INTO execution.floor (what) VALUES ('placed');
INSERT INTO execution.floor (what) VALUES ('booked');
`;

/** How often a second pgbench runs a script, prepared. */
export async function pgbench(
  { server }: OrderServer,
  sql: string,
  seconds: number,
  clients: number,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'trading-pgbench-'));
  try {
    const script = join(folder, 'order.sql');
    writeFileSync(script, sql);
    let printed = '';
    await run(
      'pgbench',
      [
        '-n',
        '-M',
        'prepared',
        '-f',
        script,
        '-T',
        String(seconds),
        '-c',
        String(clients),
        '-j',
        '1',
        server.serviceUrl('execution'),
      ],
      { onOutput: (text) => (printed += text) },
    );
    return Number(/^tps = ([\d.]+)/m.exec(printed)?.[1] ?? Number.NaN);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
