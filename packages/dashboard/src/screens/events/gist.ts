import { money, percent, price, quantity } from '../../format/decimal';
import { date } from '../../format/time';

type Data = Readonly<Record<string, unknown>>;
type Gist = (data: Data) => string;

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));

/** An event in a line, by its type. */
const GISTS: Readonly<Record<string, Gist>> = {
  market_data_updated: ({ symbol, dataSource, inserted, updated, to }) =>
    `${text(symbol)} ${text(dataSource)}: ${text(inserted)} new bars, ${text(updated)} corrected, to ${date(text(to))}`,
  data_quality_failed: ({ symbol, message }) => `${text(symbol)}: ${text(message)}`,
  signal_generated: ({ strategyId, signal, symbol, price: at }) =>
    `${text(strategyId)} signals ${text(signal)} of ${text(symbol)} at ${price(text(at))}`,
  order_updated: ({ side, quantity: size, symbol, status, reason }) =>
    `${text(side)} ${quantity(text(size))} ${text(symbol)}: ${text(status).replace('_', ' ')}${text(reason) === '' ? '' : `, ${text(reason)}`}`,
  trade_executed: ({ side, quantity: size, symbol, price: at }) =>
    `${side === 'buy' ? 'bought' : 'sold'} ${quantity(text(size))} ${text(symbol)} at ${price(text(at))}`,
  position_updated: ({ symbol, quantity: held, unrealizedPnl }) =>
    `${text(symbol)}: ${quantity(text(held))} held, open P&L ${money(unrealizedPnl === null ? null : text(unrealizedPnl), { signed: true })}`,
  cash_updated: ({ accountId, kind, amount, currency, cash }) =>
    `${text(accountId)}: ${text(kind).replaceAll('_', ' ')} ${money(text(amount), { signed: true })} ${text(currency)}, cash ${money(text(cash))}`,
  corporate_action_updated: ({ symbol, type, exDate }) =>
    `${text(symbol)}: ${text(type).replaceAll('_', ' ')}, ex-date ${text(exDate)}`,
  performance_updated: ({ strategyId, equity, date: day, returns }) =>
    `${text(strategyId)} stands at ${money(text(equity))} on ${text(day)}, ${percent(returns === null ? null : text(returns), { signed: true })} on the day`,
  alert_sent: ({ alertId, channel, message }) => `${text(alertId)} by ${text(channel)}: ${text(message)}`,
  risk_event_raised: ({ severity, message }) => `${text(severity)}: ${text(message)}`,
};

/** An event in a line; its type where it has no words of its own, or lacks what they need. */
export function gistOf(type: string, data: Data): string {
  try {
    return GISTS[type]?.(data) ?? type.replaceAll('_', ' ');
  } catch {
    return type.replaceAll('_', ' ');
  }
}
