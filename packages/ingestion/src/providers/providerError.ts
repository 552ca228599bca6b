import { TradingError } from '@trading/model';

/** What can go wrong with a provider. Never holds a key: not the request's headers, nor its query. */
export type ProviderErrorCode =
  | 'PROVIDER.NOT_AUTHORIZED'
  | 'PROVIDER.NOT_FOUND'
  | 'PROVIDER.NO_SUCH_HISTORY'
  | 'PROVIDER.REFUSED'
  | 'PROVIDER.RATE_LIMITED'
  | 'PROVIDER.UNAVAILABLE'
  | 'PROVIDER.TIMEOUT'
  | 'PROVIDER.MALFORMED_ANSWER';

const TRANSIENT: readonly ProviderErrorCode[] = [
  'PROVIDER.RATE_LIMITED',
  'PROVIDER.UNAVAILABLE',
  'PROVIDER.TIMEOUT',
];

/** Makes a provider's error; those that may pass are transient. */
export function providerError(
  code: ProviderErrorCode,
  message: string,
  details: Record<string, unknown>,
): TradingError {
  const transient = TRANSIENT.includes(code);
  const kind = transient || code === 'PROVIDER.MALFORMED_ANSWER' ? 'operational' : 'expected';
  return new TradingError(code, message, { kind, transient, details });
}
