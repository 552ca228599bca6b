import { z } from 'zod';
import { CASH_KINDS } from '../cash';
import { ACTION_TYPES } from '../corporateAction';
import { TradingError } from '../errors';
import { ORDER_SIDES, ORDER_STATUSES, ORDER_TYPES, SEVERITIES, SIGNALS, TIMES_IN_FORCE } from '../orders';
import { accountId, dataSource, dateText, decimalText, ownId, rowCount, symbol, utcTime } from './fields';

/** What the bus knows of one event type. Definitions are immutable: a new field is optional, anything else a new version. */
export interface EventDefinition<Data extends z.ZodObject = z.ZodObject> {
  readonly version: number;
  /** The services that publish it; the database holds their roles to it. */
  readonly publishers: readonly string[];
  readonly summary: string;
  /** Events of one key are handled in the order in which they were committed. */
  readonly key: (data: z.output<Data>) => string;
  /** Strict objects: publishing refuses a field that is not declared, reading passes it over. */
  readonly data: Data;
}

/** Declares an event type, for `registerEvents`. */
export function defineEvent<Data extends z.ZodObject>(
  definition: EventDefinition<Data>,
): EventDefinition<Data> {
  return definition;
}

const holding = (data: { accountId: string; symbol: string }) => `${data.accountId}:${data.symbol}`;

/** The types that come with the system. */
const BUILT_IN = {
  market_data_updated: defineEvent({
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
  data_quality_failed: defineEvent({
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
  corporate_action_updated: defineEvent({
    version: 1,
    publishers: ['ingestion'],
    summary: 'A corporate action was announced, corrected or cancelled.',
    key: (data) => data.symbol,
    data: z.strictObject({
      actionId: ownId.describe('symbol, type and ex-date'),
      version: z.int().positive().describe('1, and one more with each correction'),
      symbol,
      type: z.enum(ACTION_TYPES),
      exDate: dateText.describe('it takes effect before the open of this date'),
      recordDate: dateText.nullable(),
      payDate: dateText.nullable(),
      numerator: decimalText.nullable().describe('of a split: so many new shares'),
      denominator: decimalText.nullable().describe('of a split: for so many old ones'),
      amount: decimalText.nullable().describe('of a dividend: money per share, in the shares of the ex-date'),
      currency: z.string().length(3).nullable(),
      newSymbol: symbol.nullable().describe('of a change of symbol'),
      source: z.string().min(1).max(20),
      status: z.enum(['active', 'cancelled']),
    }),
  }),
  signal_generated: defineEvent({
    version: 1,
    publishers: ['strategy'],
    summary: 'A strategy wants an account to hold something, or to place orders, from the close of one bar.',
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
      targetQuantity: decimalText
        .optional()
        .describe('the same in shares, signed, in place of money; where the strategy said that'),
      orders: z
        .array(
          z.strictObject({
            side: z.enum(ORDER_SIDES),
            quantity: decimalText,
            orderType: z.enum(ORDER_TYPES),
            timeInForce: z.enum(TIMES_IN_FORCE),
            price: decimalText.optional(),
            stopPrice: decimalText.optional(),
          }),
        )
        .min(1)
        .max(20)
        .optional()
        .describe('orders to place whatever is held, in place of a target; where the strategy said that'),
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
  order_updated: defineEvent({
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
  trade_executed: defineEvent({
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
  position_updated: defineEvent({
    version: 1,
    publishers: ['execution'],
    summary: 'A position changed by a fill or a split, or was marked to a new price.',
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
      cause: z.enum(['fill', 'bust', 'mark', 'split']),
    }),
  }),
  cash_updated: defineEvent({
    version: 1,
    publishers: ['execution'],
    summary: 'Money came into an account, left it or is due to it, by no trade.',
    key: (data) => data.accountId,
    data: z.strictObject({
      accountId,
      transferId: ownId,
      kind: z.enum(CASH_KINDS),
      amount: decimalText.describe(
        'money; below 0 where it goes the other way, e.g. a dividend of a short position',
      ),
      currency: z.string().length(3),
      symbol: symbol.nullable().describe('of a dividend'),
      cash: decimalText.describe('what the account has in cash after it, on the trade date'),
      netDeposits: decimalText.describe('opening capital and deposits, less withdrawals'),
      otherIncome: decimalText.describe('dividends and interest, less fees and taxes, so far'),
      receivable: decimalText.describe('dividends between ex-date and pay date'),
      asOf: utcTime.describe('market time'),
      reason: z.string().nullable(),
    }),
  }),
  risk_event_raised: defineEvent({
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
  performance_updated: defineEvent({
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
  alert_sent: defineEvent({
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

/** The name of an event type that comes with the system. */
export type BuiltInEventType = keyof typeof BUILT_IN;

/**
 * Every event type by its name. A package adds its own by declaration merging, and tells them at run time:
 *
 *     const REBALANCED = defineEvent({ version: 1, publishers: ['strategy'], ... });
 *     declare module '@trading/model' { interface EventDefinitions { portfolio_rebalanced: typeof REBALANCED } }
 *     registerEvents({ portfolio_rebalanced: REBALANCED });
 */
export interface EventDefinitions extends Readonly<typeof BUILT_IN> {}

/** The name of an event type. */
export type EventType = keyof EventDefinitions;

/** What an event of type `T` carries, at its current version. */
export type EventData<T extends EventType> = z.output<EventDefinitions[T]['data']>;

const definitions: Record<string, EventDefinition> = { ...BUILT_IN } as unknown as Record<
  string,
  EventDefinition
>;
const types: string[] = Object.keys(BUILT_IN);

/** Every event type that this program knows, with its current version and the schema that publishing refuses to break. */
export const EVENTS = definitions as unknown as EventDefinitions;

/** All event types that this program knows; grows with `registerEvents`. */
export const EVENT_TYPES = types as readonly string[] as readonly EventType[];

/** A type's name is part of names in Redis and of channels. */
const TYPE_NAME = /^[a-z][a-z0-9_]{0,49}$/;

/**
 * Adds a package's event types, before anything publishes or handles them. `trading up` lets the publishers publish them.
 *
 * @throws TradingError `EVENTS.TYPE_INVALID` where a type's or a publisher's name has another form than `lower_case`, of 50 letters at most,
 *   `EVENTS.TYPE_TAKEN` where another definition has it
 */
export function registerEvents(
  added: { readonly [T in EventType]?: EventDefinition<EventDefinitions[T]['data']> },
): void {
  for (const [type, definition] of Object.entries(added)) {
    const wrong = [type, ...definition.publishers].find((name) => !TYPE_NAME.test(name));
    if (wrong !== undefined) {
      throw new TradingError(
        'EVENTS.TYPE_INVALID',
        `An event type, and who publishes it, is named in lower case, with underscores, in 50 letters at most, not ${wrong.slice(0, 100)}`,
        { kind: 'bug', details: { type: type.slice(0, 100), name: wrong.slice(0, 100) } },
      );
    }
    const known = definitions[type];
    if (known === definition) continue;
    if (known !== undefined) {
      throw new TradingError('EVENTS.TYPE_TAKEN', `There is another event type ${type} already`, {
        kind: 'bug',
        details: { type },
      });
    }
    definitions[type] = definition as unknown as EventDefinition;
    types.push(type);
  }
}
