import type { DecimalText } from '../format/decimal';
import type { Side } from './answers';

/** How a position came to be. */
export interface PositionAudit {
  readonly accountId: string;
  readonly symbol: string;
  readonly quantity: DecimalText;
  readonly avgPrice: DecimalText;
  readonly costBasis: DecimalText;
  readonly realizedPnl: DecimalText;
  readonly commission: DecimalText;
  readonly trades: readonly AuditedTrade[];
}

/** A trade with its order, the signal behind that and the signal's bar; the API leaves its form to the service. */
export interface AuditedTrade {
  readonly tradeId: string;
  readonly kind: string;
  readonly side: Side;
  readonly quantity: DecimalText;
  readonly price: DecimalText;
  readonly commission: DecimalText;
  readonly realizedPnl: DecimalText;
  readonly executedAt: string;
  /** The position behind it. */
  readonly after: {
    readonly quantity: DecimalText;
    readonly avgPrice: DecimalText;
    readonly realizedPnl: DecimalText;
  };
  readonly order: {
    readonly orderId: string;
    readonly orderType: string;
    readonly strategyId: string | null;
    readonly correlationId: string | null;
    readonly signal: {
      readonly signal: string;
      readonly strength: DecimalText;
      readonly price: DecimalText;
      readonly barTimestamp: string;
      readonly bar: {
        readonly dataSource: string;
        readonly open: DecimalText;
        readonly high: DecimalText;
        readonly low: DecimalText;
        readonly close: DecimalText;
        readonly volume: string;
      } | null;
    } | null;
  };
}
