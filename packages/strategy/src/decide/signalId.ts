import { createHash } from 'node:crypto';

/** The most that `strategy_signals.signal_id` holds, less what an order's id adds to it. */
const MAX_LENGTH = 80;

/**
 * The id of a strategy's signal on one bar: the same for the same bar however often it is evaluated, so that a retry
 * after a crash finds its own row. Readable (`trend:AAPL:20150302T050000Z`) where it is short enough, a digest where not.
 */
export function signalId(strategyId: string, symbol: string, barTimestamp: Date): string {
  const bar = `${barTimestamp.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const readable = `${strategyId}:${symbol}:${bar}`;
  if (readable.length <= MAX_LENGTH) return readable;
  return `signal-${createHash('sha256').update(readable).digest('hex').slice(0, 40)}`;
}
