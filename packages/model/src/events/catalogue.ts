import { z } from 'zod';
import { ORDER_SIDES, ORDER_STATUSES, ORDER_TYPES, SEVERITIES, SIGNALS, TIMES_IN_FORCE } from '../orders';
import { accountId, dataSource, dateText, decimalText, ownId, rowCount, symbol, utcTime } from './fields';

/** What the bus knows of one event type. Definitions are immutable: a new field is optional, anything else a new version. */
interface EventDefinition<Data extends z.ZodType> {
  readonly version: number;
  /** The services that publish it. */
  readonly publishers: readonly string[];
  readonly summary: string;
  /** Events of one key are handled in the order in which they were committed. */
  readonly key: (data: z.output<Data>) => string;
  readonly data: Data;
}

function event<Data extends z.ZodType>(definition: EventDefinition<Data>): EventDefinition<Data> {
  return definition;
}

const holding = (data: { accountId: string; symbol: string }) => `${data.accountId}:${data.symbol}`;

/** Every event type, with its current version and the schema that publishing refuses to break. */
export const EVENTS = {
  market_data_updated: event({
    version: 1,
    publishers: ['ingestion'],
    summary: 'Bars of a series were stored or corrected: the range and how many, not the bars.',
    key: (data) => data.symbol,
    data: z.strictObject({
      symbol,
      dataSource,
      from: utcTime.describe('start of the first bar'),
      to: utcTime.describe('start of the last bar'),
      inserted: rowCount,
      updated: rowCount,
    }),
  }),
  data_quality_failed: event({
    version: 1,
    publishers: ['ingestion'],
    summary: 'A quality check of a series failed.',
    key: (data) => data.symbol,
    data: z.strictObject({
      symbol,
      dataSource,
      checkType: z.string().min(1).max(50),
      barTimestamp: utcTime.nullable(),
      message: z.string(),
    }),
  }),
  signal_generated: event({
    version: 1,
    publishers: ['strategy'],
    summary: 'A strategy wants an account to be long or flat, from the close of one bar.',
    key: holding,
    data: z.strictObject({
      signalId: ownId,
      strategyId: ownId,
      accountId,
      symbol,
      signal: z.enum(SIGNALS),
      strength: decimalText.describe('0 to 1'),
      targetNotional: decimalText.describe(
        'what the account should hold of the symbol, in money, signed; 0 is flat',
      ),
      price: decimalText.describe('close of the bar in the series that the strategy reads'),
      barTimestamp: utcTime,
      dataSource,
      tradingSource: dataSource
        .optional()
        .describe(
          "the series at whose prices the strategy's orders fill; its account's, where it is missing",
        ),
    }),
  }),
  order_updated: event({
    version: 1,
    publishers: ['execution'],
    summary: 'An order was created or moved to another state.',
    key: holding,
    data: z.strictObject({
      orderId: ownId,
      accountId,
      symbol,
      side: z.enum(ORDER_SIDES),
      orderType: z.enum(ORDER_TYPES),
      timeInForce: z.enum(TIMES_IN_FORCE),
      quantity: decimalText,
      price: decimalText.nullable().describe('limit price'),
      stopPrice: decimalText.nullable(),
      previousStatus: z.enum(ORDER_STATUSES).nullable().describe('null when it was just created'),
      status: z.enum(ORDER_STATUSES),
      filledQuantity: decimalText,
      avgFillPrice: decimalText.nullable(),
      strategyId: ownId.nullable(),
      reason: z.string().nullable(),
    }),
  }),
  trade_executed: event({
    version: 1,
    publishers: ['execution'],
    summary: 'A fill was booked.',
    key: holding,
    data: z.strictObject({
      tradeId: ownId,
      executionId: ownId,
      orderId: ownId,
      accountId,
      symbol,
      side: z.enum(ORDER_SIDES),
      quantity: decimalText,
      price: decimalText,
      commission: decimalText,
      realizedPnl: decimalText.describe('what this fill realised, after its commission'),
      executedAt: utcTime,
      strategyId: ownId.nullable(),
    }),
  }),
  position_updated: event({
    version: 1,
    publishers: ['execution'],
    summary: 'A position changed by a fill, or was marked to a new price.',
    key: holding,
    data: z.strictObject({
      accountId,
      symbol,
      quantity: decimalText.describe('signed'),
      avgPrice: decimalText,
      realizedPnl: decimalText,
      unrealizedPnl: decimalText.nullable(),
      marketValue: decimalText.nullable(),
      markPrice: decimalText.nullable(),
      asOf: utcTime.describe('market time of the fill or mark'),
      cause: z.enum(['fill', 'bust', 'mark']),
    }),
  }),
  risk_event_raised: event({
    version: 1,
    publishers: ['risk'],
    summary: 'Risk denied an order, or saw a limit breached.',
    key: (data) => data.accountId,
    data: z.strictObject({
      riskEventId: ownId,
      accountId,
      eventType: z.string().min(1).max(50),
      severity: z.enum(SEVERITIES),
      message: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  }),
  performance_updated: event({
    version: 1,
    publishers: ['analytics'],
    summary: 'The figures of a strategy were computed up to a trading date.',
    key: (data) => data.strategyId,
    data: z.strictObject({
      strategyId: ownId,
      accountId,
      date: dateText,
      equity: decimalText,
      returns: decimalText.nullable().describe("the day's, as a fraction"),
      sharpeRatio: decimalText.nullable().describe('to date, annualised'),
      maxDrawdown: decimalText.describe('to date, a fraction at or below 0'),
      totalTrades: rowCount.describe('closed round trips to date'),
      winRate: decimalText.nullable().describe('to date, a percentage'),
    }),
  }),
  alert_sent: event({
    version: 1,
    publishers: ['notification'],
    summary: 'A notification went out.',
    key: (data) => data.alertId,
    data: z.strictObject({
      alertId: ownId,
      eventId: z.uuid(),
      eventType: z.string().min(1).max(50),
      channel: z.string().min(1).max(20),
      message: z.string(),
    }),
  }),
} as const;

/** The name of an event type. */
export type EventType = keyof typeof EVENTS;

/** All event types. */
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

/** What an event of type `T` carries, at its current version. */
export type EventData<T extends EventType> = z.output<(typeof EVENTS)[T]['data']>;
