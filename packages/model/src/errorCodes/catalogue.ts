import { API_ERRORS } from './api';
import { COMMAND_ERRORS } from './commands';
import { DATABASE_ERRORS } from './database';
import { EVENT_ERRORS } from './events';
import { MARKET_DATA_ERRORS } from './marketData';
import { TRADING_ERRORS } from './trading';

/**
 * Every code of a `TradingError` that this project throws. A code that isn't here doesn't compile, and `docs/errors.md` is
 * written from it (`npm run docs`).
 */
export const ERROR_CODES = {
  ...API_ERRORS,
  ...COMMAND_ERRORS,
  ...DATABASE_ERRORS,
  ...EVENT_ERRORS,
  ...MARKET_DATA_ERRORS,
  ...TRADING_ERRORS,
};

/** A code of this project. */
export type ErrorCode = keyof typeof ERROR_CODES;
