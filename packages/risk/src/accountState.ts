import { Decimal } from '@trading/model';

/** What loss and drawdown limits are measured from: an account's P&L as the monitor saw it. */
export interface PnlState {
  /** `YYYY-MM-DD`, New York, of what was seen last; null before anything was. */
  readonly tradingDay: string | null;
  /** P&L before that day. */
  readonly dayOpenPnl: Decimal;
  readonly lastPnl: Decimal;
  /** The highest yet, 0 at least. */
  readonly peakPnl: Decimal;
}

/** An account's P&L as the monitor saw it, and what the account began with. */
export interface AccountState extends PnlState {
  readonly capital: Decimal;
}

const ZERO = new Decimal(0);

/** Of an account in which nothing was seen yet. */
export const NOTHING_SEEN: PnlState = { tradingDay: null, dayOpenPnl: ZERO, lastPnl: ZERO, peakPnl: ZERO };

/** Of an account that has not traded. */
export function openState(capital: Decimal): AccountState {
  return { capital, ...NOTHING_SEEN };
}

/** The state after one more look: a new day opens at what was known last. @param tradingDay  null for what is of no market's day */
export function observePnl<State extends PnlState>(
  state: State,
  pnl: Decimal,
  tradingDay: string | null,
): State {
  const newDay = tradingDay !== null && (state.tradingDay === null || state.tradingDay < tradingDay);
  return {
    ...state,
    tradingDay: newDay ? tradingDay : state.tradingDay,
    dayOpenPnl: newDay ? state.lastPnl : state.dayOpenPnl,
    lastPnl: pnl,
    peakPnl: Decimal.max(state.peakPnl, pnl),
  };
}
