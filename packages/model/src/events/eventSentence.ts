import { Decimal } from '../decimal';
import { type BuiltInEventType, EVENTS, type EventData } from './catalogue';
import type { TradingEvent } from './event';

/** A sentence for each type; prices and quantities without the zeros that a column pads them with. */
const SENTENCES: { readonly [T in BuiltInEventType]: (data: EventData<T>) => string } = {
  market_data_updated: ({ symbol, dataSource, from, to, inserted, updated }) =>
    `${symbol} ${dataSource}: ${inserted} bars stored, ${updated} corrected, ${from === to ? to : `${from} to ${to}`}`,
  data_quality_failed: ({ symbol, dataSource, checkType, message }) =>
    `${symbol} ${dataSource} fails the ${checkType} check: ${message}`,
  corporate_action_updated: ({
    symbol,
    type,
    exDate,
    numerator,
    denominator,
    amount,
    currency,
    newSymbol,
    status,
    source,
  }) =>
    `${symbol} ${type.replace('_', ' ')}${numerator === null || denominator === null ? '' : ` ${plain(numerator)}:${plain(denominator)}`}` +
    `${amount === null ? '' : ` of ${plain(amount)} ${currency}`}${newSymbol === null ? '' : ` to ${newSymbol}`} on ${exDate} ` +
    `is ${status}, says ${source}`,
  signal_generated: ({ strategyId, signal, symbol, price, strength, targetNotional }) =>
    `${strategyId} says ${signal} ${symbol} at ${plain(price)} with strength ${plain(strength)}, to hold ${plain(targetNotional)}`,
  order_updated: ({ orderId, side, quantity, symbol, orderType, previousStatus, status, reason }) =>
    `order ${orderId} to ${side} ${plain(quantity)} ${symbol} (${orderType}) is ${status}` +
    `${previousStatus === null ? '' : `, was ${previousStatus}`}${reason === null ? '' : `: ${reason}`}`,
  trade_executed: ({ accountId, side, quantity, symbol, price, commission, realizedPnl }) =>
    `${accountId} ${side === 'buy' ? 'bought' : 'sold'} ${plain(quantity)} ${symbol} at ${plain(price)}, ` +
    `commission ${plain(commission)}, realised ${plain(realizedPnl)}`,
  position_updated: ({ accountId, quantity, symbol, avgPrice, unrealizedPnl, realizedPnl, cause }) =>
    `${accountId} holds ${plain(quantity)} ${symbol} at ${plain(avgPrice)} after a ${cause}, ` +
    `unrealised ${unrealizedPnl === null ? 'unknown' : plain(unrealizedPnl)}, realised ${plain(realizedPnl)}`,
  cash_updated: ({ accountId, kind, amount, currency, symbol, cash }) =>
    `${kind.replace('_', ' ')} of ${plain(amount)} ${currency}${symbol === null ? '' : ` on ${symbol}`} in ${accountId}, ` +
    `which has ${plain(cash)} in cash`,
  risk_event_raised: ({ accountId, severity, eventType, message }) =>
    `${severity} risk event of ${accountId} (${eventType}): ${message}`,
  performance_updated: ({ strategyId, date, equity, returns, maxDrawdown }) =>
    `${strategyId} stands at ${plain(equity)} on ${date}, return of the day ${returns ?? 'undefined'}, ` +
    `worst drawdown ${maxDrawdown}`,
  alert_sent: ({ alertId, channel, message }) => `alert ${alertId} went out by ${channel}: ${message}`,
};

/** What an event tells, as one line that a person reads. */
export function eventSentence(event: TradingEvent): string {
  // Each type's sentence takes its own data; TypeScript can't follow that through a union of all types.
  const sentences: Readonly<Record<string, (data: never) => string>> = SENTENCES;
  const sentence = sentences[event.type];
  if (sentence !== undefined) return sentence(event.data as never);
  return `${event.type} of ${event.key}: ${EVENTS[event.type].summary}`;
}

function plain(decimal: string): string {
  return new Decimal(decimal).toString();
}
