import type { ServicePool } from '@trading/database';
import {
  type BrokerSession,
  createAlpacaBroker,
  createBrokerSession,
  type Difference,
  type RemoteBroker,
} from '@trading/execution';
import { TradingError } from '@trading/model';
import { createPreTradeRisk, createRiskEvents } from '@trading/risk';
import type { Environment } from '../environment';

/** One of our accounts, and the remote broker that works its orders. */
export interface RemoteAccount {
  readonly accountId: string;
  readonly broker: RemoteBroker;
}

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
    onStreamError: (error) => onWarning(`alpaca's stream: ${messageOf(error)}`),
    ...(confirmLive === undefined ? {} : { confirmLive }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(streamUrl === undefined ? {} : { streamUrl }),
  });
  return { accountId, broker };
}

/** The broker session between execution's books and the account's broker. @param pool  execution's */
export function openBrokerSession(
  pool: ServicePool,
  { accountId, broker }: RemoteAccount,
  onWarning: (message: string) => void,
): BrokerSession {
  return createBrokerSession({
    pool,
    accountId,
    broker,
    risk: createPreTradeRisk(),
    riskEvents: createRiskEvents(),
    onError: (error) => onWarning(`${broker.name}: ${messageOf(error)}`),
  });
}

/** A difference in words. */
export function differenceText({ kind, id, ours, theirs }: Difference, broker: string): string {
  return `${kind.replaceAll('_', ' ')} (${id}): ours is ${ours}, ${broker} says ${theirs}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
