import { performance } from 'node:perf_hooks';
import { accountOf } from './orderServer';

/** Trades one order: placed through risk, then filled and booked. */
export type TradeOnce = (order: {
  readonly orderId: string;
  readonly accountId: string;
  readonly side: 'buy' | 'sell';
}) => Promise<void>;

let runs = 0;

/**
 * Lets workers trade, each in its own account and one order after another, for some time.
 *
 * @param tookMs  where each order's time from placed to booked goes
 * @returns orders a second
 */
export async function tradeFor(
  seconds: number,
  workers: number,
  trade: TradeOnce,
  tookMs?: number[],
): Promise<number> {
  runs += 1;
  const run = runs;
  const started = performance.now();
  const ends = started + seconds * 1_000;
  let traded = 0;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let n = 0; performance.now() < ends; n += 1) {
        const before = performance.now();
        await trade({
          orderId: `bench-${run}-${worker}-${n}`,
          accountId: accountOf(worker),
          side: n % 2 === 0 ? 'buy' : 'sell',
        });
        tookMs?.push(performance.now() - before);
        traded += 1;
      }
    }),
  );
  return traded / ((performance.now() - started) / 1_000);
}
