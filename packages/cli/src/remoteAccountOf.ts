import { createAlpacaBroker } from '@trading/execution';
import { TradingError } from '@trading/model';
import type { RemoteAccount } from '@trading/system';
import type { Environment } from './environment';

/**
 * The account that the environment says is at Alpaca; undefined where it names none. Real money is traded only where the
 * environment says so in so many words.
 *
 * @throws TradingError `CLI.INVALID_ENVIRONMENT`, `BROKER.LIVE_NOT_CONFIRMED`
 */
export function remoteAccountOf(
  environment: Environment,
  onWarning: (message: string) => void,
): RemoteAccount | undefined {
  const { ALPACA_TRADING_ACCOUNT: accountId, ALPACA_API_KEY_ID: keyId } = environment;
  const { ALPACA_API_SECRET_KEY: secret, ALPACA_TRADING_BASE_URL: baseUrl } = environment;
  const { ALPACA_TRADING_STREAM_URL: streamUrl, ALPACA_CONFIRM_LIVE: confirmLive } = environment;
  if (accountId === undefined) return undefined;
  if (keyId === undefined || secret === undefined) {
    throw new TradingError(
      'CLI.INVALID_ENVIRONMENT',
      `environment: ALPACA_TRADING_ACCOUNT says that account ${accountId} is at Alpaca; ALPACA_API_KEY_ID and ALPACA_API_SECRET_KEY must be set too`,
    );
  }
  const broker = createAlpacaBroker({
    keyId,
    secret,
    environment: environment.ALPACA_TRADING_ENVIRONMENT ?? 'paper',
    onStreamError: (error) => onWarning(`alpaca's stream: ${error instanceof Error ? error.message : error}`),
    ...(confirmLive === undefined ? {} : { confirmLive }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(streamUrl === undefined ? {} : { streamUrl }),
  });
  return { accountId, broker };
}
