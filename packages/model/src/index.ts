export { type ErrorKind, isTradingError, TradingError } from './errors';
