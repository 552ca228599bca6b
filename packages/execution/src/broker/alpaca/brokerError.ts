import { isTradingError, TradingError } from '@trading/model';
import { alpacaSdk } from './sdk';

/** An error of Alpaca's, or of the way there, as one of ours; nobody else reads an HTTP status. */
export function toBrokerError(error: unknown, doing: string): unknown {
  if (isTradingError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof alpacaSdk().ApiError)) return unavailable(doing, message, error);
  const { status } = error;
  const details = { status, ...(error.requestId === undefined ? {} : { requestId: error.requestId }) };
  if (status === 422 && /client.?order.?id/i.test(message)) {
    return new TradingError('BROKER.DUPLICATE_ORDER', `${doing}: ${message}`, { details, cause: error });
  }
  if (status === 401) {
    return new TradingError('BROKER.UNAUTHORIZED', `${doing}: alpaca refuses the API key`, {
      kind: 'operational',
      details,
      cause: error,
    });
  }
  // 403 is Alpaca's way to say that an order can't be: not enough buying power, not enough shares.
  if (status === 400 || status === 403 || status === 404 || status === 422) {
    return new TradingError('BROKER.REJECTED', `${doing}: ${message}`, { details, cause: error });
  }
  return unavailable(doing, message, error);
}

function unavailable(doing: string, message: string, cause: unknown): TradingError {
  return new TradingError('BROKER.UNAVAILABLE', `${doing}: alpaca can't be reached: ${message}`, {
    kind: 'operational',
    transient: true,
    cause,
  });
}
