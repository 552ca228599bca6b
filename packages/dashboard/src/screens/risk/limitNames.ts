import { type DecimalText, drawn, money, percent, quantity } from '../../format/decimal';
import { duration } from '../../format/time';

/** How a limit is told: its name on a desk, and its value in its unit. */
interface LimitWords {
  readonly name: string;
  readonly show: (value: DecimalText) => string;
}

const seconds = (value: DecimalText) => duration(drawn(value));
const shares = (value: DecimalText) => `${quantity(value)} shares`;
const fraction = (value: DecimalText) => percent(value, { digits: 1 });

const WORDS: Readonly<Record<string, LimitWords>> = {
  max_order_quantity: { name: 'Quantity of an order', show: shares },
  max_order_notional: { name: 'Money of an order', show: money },
  price_collar: { name: 'Distance from the last price', show: fraction },
  max_position_quantity: { name: 'Quantity of a position', show: shares },
  max_position_notional: { name: 'Money of a position', show: money },
  max_gross_exposure: { name: 'Gross exposure', show: money },
  // The limit is a multiple of equity; a denial tells it in money.
  max_buying_power: { name: 'Buying power', show: quantity },
  max_daily_loss: { name: 'Loss of the day', show: money },
  max_drawdown: { name: 'Drawdown', show: fraction },
  duplicate_window: { name: 'Time between equal orders', show: seconds },
  max_orders_per_minute: { name: 'Orders a minute', show: quantity },
  max_price_age: { name: 'Age of the last price', show: seconds },
  max_outside_session: { name: 'Outside the session', show: seconds },
  max_decision_age: { name: 'Age of a decision', show: seconds },
};

/** The words for a limit; a type that is new here keeps its own name and its plain value. */
export function limitWords(limitType: string): LimitWords {
  return WORDS[limitType] ?? { name: limitType.replaceAll('_', ' '), show: quantity };
}
