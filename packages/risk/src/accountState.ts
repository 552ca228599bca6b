import { Decimal } from '@trading/model';

/** What loss and drawdown limits are measured from: an account's P&L as the monitor saw it. */
export interface AccountState {
  readonly capital: Decimal;
  /** `YYYY-MM-DD`, New York, of what was seen last; null before anything was. */
  readonly tradingDay: string | null;
  /** P&L before that day. */
  readonly dayOpenPnl: Decimal;
  readonly lastPnl: Decimal;
  /** The highest yet, 0 at least. */
  readonly peakPnl: Decimal;
}

/** Of an account that has not traded. */
export function openState(capital: Decimal): AccountState {
  const zero = new Decimal(0);
  return { capital, tradingDay: null, dayOpenPnl: zero, lastPnl: zero, peakPnl: zero };
}

/** The state after one more look, as `observeHolding` keeps it: a new day opens at what was known last. */
export function observePnl(state: AccountState, pnl: Decimal, tradingDay: string): AccountState {
  const newDay = state.tradingDay === null || state.tradingDay < tradingDay;
  return {
    capital: state.capital,
    tradingDay: newDay ? tradingDay : state.tradingDay,
    dayOpenPnl: newDay ? state.lastPnl : state.dayOpenPnl,
    lastPnl: pnl,
    peakPnl: Decimal.max(state.peakPnl, pnl),
  };
}
