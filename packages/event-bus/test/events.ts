import type { EventData } from '@trading/model';
import { EVENT_SAMPLES } from '@trading/testing';

/** The news of one daily bar. */
export function bars(symbol: string): EventData<'market_data_updated'> {
  return { ...EVENT_SAMPLES.market_data_updated, symbol };
}

/** A signal to be long. */
export function signal(symbol: string): EventData<'signal_generated'> {
  return { ...EVENT_SAMPLES.signal_generated, signalId: `signal-${symbol}`, symbol };
}

/** An order that was sent to the broker. */
export function order(orderId: string): EventData<'order_updated'> {
  return { ...EVENT_SAMPLES.order_updated, orderId };
}
