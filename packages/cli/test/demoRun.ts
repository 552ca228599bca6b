import { expect } from '@jest/globals';
import type { Checkout } from './checkout';

/** To the end of January 2014. */
export const DAYS = 180;

/** What `trading demo --json` prints, as far as it is looked at. */
export interface DemoJson {
  readonly tradedNow: boolean;
  readonly eventsDelivered: number;
  readonly ingestion: Readonly<Record<string, unknown>>;
  readonly summary: Readonly<Record<string, unknown>> & {
    readonly signals: number;
    readonly orders: Readonly<Record<string, number>>;
    readonly trades: number;
    readonly closedTrades: number;
    readonly maxDrawdown: string;
    readonly finalEquity: string;
    readonly logLines: number;
    readonly events: number;
  };
}

/** What a demo of the sample's first days says, less what differs from run to run. */
export async function summaryOf(checkout: Checkout, ...args: string[]): Promise<DemoJson> {
  const { code, stdout, stderr } = await checkout.trading('demo', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}
