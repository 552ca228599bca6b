import {
  type BarProvider,
  createProvider,
  PROVIDER_NAMES,
  type ProviderName,
  type ProviderSettings,
} from '@trading/ingestion';
import { parseDataSource, TradingError } from '@trading/model';
import type { Environment } from '../../environment';

/**
 * A provider's keys and server, as the environment has them.
 *
 * @throws TradingError `CLI.NO_KEY` naming the variables that are not set
 */
export function providerSettings(provider: ProviderName, environment: Environment): ProviderSettings {
  switch (provider) {
    case 'polygon':
      return {
        ...required(provider, { key: ['POLYGON_API_KEY', environment.POLYGON_API_KEY] }),
        ...server(environment.POLYGON_BASE_URL),
      };
    case 'alpaca':
      return {
        ...required(provider, {
          key: ['ALPACA_API_KEY_ID', environment.ALPACA_API_KEY_ID],
          secret: ['ALPACA_API_SECRET_KEY', environment.ALPACA_API_SECRET_KEY],
        }),
        ...server(environment.ALPACA_DATA_BASE_URL),
      };
    case 'yahoo':
      return server(environment.YAHOO_BASE_URL);
  }
}

/**
 * Whoever has bars of a series, with the keys of the environment.
 *
 * @throws TradingError `CLI.NO_PROVIDER`, `CLI.NO_KEY`, `MODEL.*`
 */
export function providerOfSeries(dataSource: string, environment: Environment): BarProvider {
  const { provider } = parseDataSource(dataSource);
  const known = PROVIDER_NAMES.find((name) => name === provider);
  if (known !== undefined) return createProvider(known, providerSettings(known, environment));
  throw new TradingError(
    'CLI.NO_PROVIDER',
    `bars of ${dataSource} can't be fetched; series of ${PROVIDER_NAMES.join(', ')} can`,
    { details: { dataSource } },
  );
}

function required<Name extends 'key' | 'secret'>(
  provider: ProviderName,
  wanted: Readonly<Record<Name, readonly [variable: string, value: string | undefined]>>,
): Record<Name, string> {
  const entries = Object.entries<readonly [string, string | undefined]>(wanted);
  const unset = entries.flatMap(([, [variable, value]]) => (value === undefined ? [variable] : []));
  if (unset.length > 0)
    throw new TradingError('CLI.NO_KEY', `${provider} needs ${unset.join(' and ')} in the environment`, {
      details: { provider, variables: unset },
    });
  return Object.fromEntries(entries.map(([name, [, value]]) => [name, value])) as Record<Name, string>;
}

function server(baseUrl: string | undefined): { baseUrl?: string } {
  return baseUrl === undefined ? {} : { baseUrl };
}
