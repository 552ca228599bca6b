/** What the API answers with. */

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}
export interface Session {
  readonly csrfToken: string | null;
  readonly keyId: string;
  readonly name: string;
  readonly scope: 'read' | 'trade' | 'admin';
  readonly accounts: readonly string[];
}
type D = string;
type Time = string;
export interface Account {
  readonly accountId: string;
  readonly capital: D | null;
  readonly equity: D | null;
  readonly pnl: D;
  readonly dayPnl: D | null;
  readonly tradingDay: string | null;
  readonly peakPnl: D | null;
  readonly grossExposure: D;
  readonly positions: number;
  readonly stopped: 'reduce_only' | 'halt' | null;
  readonly updatedAt: Time | null;
}
export interface Position {
  readonly accountId: string;
  readonly symbol: string;
  readonly quantity: D;
  readonly avgPrice: D;
  readonly costBasis: D;
  readonly realizedPnl: D;
  readonly markPrice: D | null;
  readonly marketValue: D | null;
  readonly unrealizedPnl: D | null;
  readonly markSource: string | null;
  readonly markedAt: Time | null;
  readonly lastUpdated: Time | null;
}
export type Side = 'buy' | 'sell';
export type OrderStatus = 'pending' | 'submitted' | 'filled' | 'partially_filled' | 'cancelled' | 'rejected';
export interface Order {
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly orderType: 'market' | 'limit' | 'stop' | 'stop_limit';
  readonly timeInForce: 'day' | 'gtc' | 'ioc' | 'fok';
  readonly status: OrderStatus;
  readonly quantity: D;
  readonly filledQuantity: D;
  readonly avgFillPrice: D | null;
  readonly price: D | null;
  readonly stopPrice: D | null;
  readonly strategyId: string | null;
  readonly signalId: string | null;
  readonly brokerOrderId: string | null;
  readonly replacesOrderId: string | null;
  readonly correlationId: string | null;
  readonly tradingSource: string;
  readonly decidedAt: Time;
  readonly reason: string | null;
}
export interface Fill {
  readonly tradeId: string;
  readonly executionId: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly kind: string;
  readonly correctsTradeId: string | null;
  readonly quantity: D;
  readonly price: D;
  readonly commission: D;
  readonly realizedPnl: D;
  readonly executedAt: Time;
  readonly settlementDate: string | null;
  readonly strategyId: string | null;
  readonly correlationId: string | null;
}
export interface OrderMove {
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  readonly details?: unknown;
  readonly at: Time;
}
export interface OrderHistory {
  readonly order: Order;
  readonly referencePrice: D | null;
  readonly replacedBy: string | null;
  readonly log: readonly OrderMove[];
  readonly trades: readonly Pick<
    Fill,
    'tradeId' | 'executionId' | 'kind' | 'quantity' | 'price' | 'commission' | 'executedAt'
  >[];
}
export interface OrderPreview {
  readonly allowed: boolean;
  readonly reason: string | null;
  readonly history: OrderHistory;
}
export interface Limit {
  readonly accountId: string;
  readonly strategyId: string | null;
  readonly limitType: string;
  readonly limitValue: D;
  readonly currentValue: D | null;
  readonly active: boolean;
  readonly breachedAt: Time | null;
}
export interface SymbolLimit {
  readonly accountId: string;
  readonly symbol: string;
  readonly maxQuantity: D | null;
  readonly maxNotional: D | null;
  readonly maxOutsideSession: D | null;
  readonly breachedAt: Time | null;
}
export interface Limits {
  readonly limits: readonly Limit[];
  readonly symbolLimits: readonly SymbolLimit[];
}
export interface RiskEvent {
  readonly riskEventId: string;
  readonly accountId: string;
  readonly eventType: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly message: string;
  readonly data?: unknown;
  readonly correlationId: string | null;
  readonly createdAt: Time;
  readonly resolvedAt: Time | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
}
export interface KillSwitch {
  readonly scope: 'all' | 'account' | 'strategy' | 'symbol';
  readonly target: string;
  readonly level: 'reduce_only' | 'halt';
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Time;
  readonly liftedBy: string | null;
  readonly liftedAt: Time | null;
}
export interface Strategy {
  readonly strategyId: string;
  readonly name: string;
  readonly status: 'active' | 'inactive' | 'paused';
  readonly accountId: string | null;
  readonly version: number | null;
  readonly parameters?: unknown;
  readonly createdAt: Time;
  readonly updatedAt: Time;
}
export interface StrategyVersion {
  readonly version: number;
  readonly parameters?: unknown;
  readonly active: boolean;
  readonly createdAt: Time;
}
export interface Signal {
  readonly signalId: string;
  readonly strategyId: string;
  readonly symbol: string;
  readonly signal: 'buy' | 'sell' | 'hold';
  readonly strength: D;
  readonly price: D;
  readonly barTimestamp: Time;
  readonly dataSource: string | null;
  readonly correlationId: string | null;
}
export interface DailyPerformance {
  readonly date: string;
  readonly returns: D | null;
  readonly sharpeRatio: D | null;
  readonly maxDrawdown: D | null;
  readonly totalTrades: number | null;
  readonly winRate: D | null;
}
export interface EquityCurves {
  readonly curves: readonly {
    readonly accountId: string;
    readonly strategyId: string;
    readonly dates: readonly string[];
    readonly equity: readonly D[];
  }[];
}
export interface Series {
  readonly symbol: string;
  readonly dataSource: string;
  readonly status: string;
  readonly rowCount: string;
  readonly lastBar: Time | null;
  readonly startedAt: Time | null;
  readonly finishedAt: Time | null;
  readonly error: string | null;
}
export interface Finding {
  readonly symbol: string;
  readonly dataSource: string;
  readonly checkType: string;
  readonly status: 'pass' | 'warning' | 'fail';
  readonly barTimestamp: Time | null;
  readonly message: string;
  readonly createdAt: Time;
}
export interface Bars {
  readonly symbol: string;
  readonly dataSource: string;
  readonly timestamp: readonly Time[];
  readonly open: readonly D[];
  readonly high: readonly D[];
  readonly low: readonly D[];
  readonly close: readonly D[];
  readonly volume: readonly string[];
  readonly truncated: boolean;
}
export interface GroupLag {
  readonly group: string;
  readonly checkpoint: string;
  readonly eventsBehind: number;
  readonly secondsBehind: number;
  readonly eventsParked: number;
  readonly deadLetters: number;
  readonly movedAt: Time;
}
export interface BusStatus {
  readonly publishedLastMinute: number;
  readonly groups: readonly GroupLag[];
  readonly relay: GroupLag | null;
}
export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly event?: unknown;
  readonly error: string;
  readonly stack: string | null;
  readonly attempts: number;
  readonly failedAt: Time;
  readonly retryRequestedAt: Time | null;
  readonly resolvedAt: Time | null;
}
export interface EventLine {
  readonly eventId: string;
  readonly eventType: string | null;
  readonly service: string;
  readonly level: string;
  readonly timestamp: Time;
  readonly message: string;
  readonly correlationId: string | null;
  readonly causationId: string | null;
}
export interface ChainEvent extends Omit<EventLine, 'correlationId'> {
  readonly data?: unknown;
}

/** An event as the live stream brings it. */
export interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly service: string;
  readonly key: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly timestamp: Time;
  readonly data: Readonly<Record<string, unknown>>;
}
export interface BacktestFill {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: D;
  readonly price: D;
  readonly commission: D;
  readonly realizedPnl: D;
  readonly executedAt: Time;
}
export interface Backtest {
  readonly backtestId: string;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  readonly createdAt: Time;
  readonly request?: unknown;
  readonly progress: { readonly done: number; readonly total: number; readonly date: string | null };
  readonly result: {
    readonly figures?: unknown;
    readonly fills: readonly unknown[];
    readonly equityCurve: readonly { readonly date: string; readonly equity: string }[];
  } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
export interface System {
  readonly mode: string;
  readonly servers: readonly {
    readonly name: string;
    readonly running: boolean;
    readonly host: string;
    readonly port: number;
    readonly version?: string;
    readonly problem?: string;
  }[];
  readonly migrations: { readonly applied: number; readonly pending: readonly string[] } | null;
  readonly roles: readonly { readonly service: string; readonly role: string; readonly schema: string }[];
  readonly pools: readonly {
    readonly service: string;
    readonly max: number;
    readonly size: number;
    readonly idle: number;
    readonly waiting: number;
  }[];
  readonly process: { readonly uptimeSeconds: number; readonly memoryMb: number; readonly node: string };
}
export interface Isolation {
  readonly roles: readonly string[];
  readonly objects: readonly {
    readonly object: string;
    readonly kind: 'table' | 'view';
    readonly rights: Readonly<Record<string, readonly string[]>>;
    readonly asDeclared: boolean;
  }[];
}
export interface AuditEntry {
  readonly id: string;
  readonly keyId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly startedAt: Time;
}
