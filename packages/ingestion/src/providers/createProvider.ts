import { TradingError } from '@trading/model';
import { createAlpaca } from './alpaca';
import { createHttpClient, type HttpClientOptions } from './httpClient';
import { createPolygon } from './polygon';
import type { BarProvider } from './provider';
import { createYahoo } from './yahoo';

/** The providers that bars can be asked of. */
export const PROVIDER_NAMES = ['polygon', 'yahoo', 'alpaca'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** Keys and limits, as the environment gave them to the command line. */
export interface ProviderSettings {
  /** Polygon's key; Alpaca's key id. Yahoo needs none. */
  readonly key?: string;
  /** Alpaca's secret. */
  readonly secret?: string;
  /** The plan's limit. Polygon 5 (its free plan), Yahoo 60, Alpaca 200. */
  readonly callsPerMinute?: number;
  readonly alpacaFeed?: 'sip' | 'iex';
  /** Another server of the same form. */
  readonly baseUrl?: string;
  /** For tests. */
  readonly http?: Pick<HttpClientOptions, 'timeoutMs' | 'attempts' | 'wait' | 'random'>;
}

const SERVERS = {
  polygon: { baseUrl: 'https://api.polygon.io', callsPerMinute: 5 },
  yahoo: { baseUrl: 'https://query1.finance.yahoo.com', callsPerMinute: 60 },
  alpaca: { baseUrl: 'https://data.alpaca.markets', callsPerMinute: 200 },
} as const;

/**
 * Makes a provider.
 *
 * @throws TradingError `PROVIDER.NO_KEY`
 */
export function createProvider(provider: ProviderName, settings: ProviderSettings): BarProvider {
  const http = createHttpClient({
    provider,
    baseUrl: settings.baseUrl ?? SERVERS[provider].baseUrl,
    callsPerMinute: settings.callsPerMinute ?? SERVERS[provider].callsPerMinute,
    headers: headersOf(provider, settings),
    ...settings.http,
  });
  if (provider === 'polygon') return createPolygon(http);
  return provider === 'yahoo' ? createYahoo(http) : createAlpaca(http, settings.alpacaFeed);
}

function headersOf(provider: ProviderName, { key, secret }: ProviderSettings): Record<string, string> {
  const need = (name: string, value: string | undefined): string => {
    if (value !== undefined && value !== '') return value;
    throw new TradingError('PROVIDER.NO_KEY', `${provider} needs a ${name}`, {
      details: { provider, field: name },
    });
  };
  switch (provider) {
    case 'polygon':
      return { authorization: `Bearer ${need('key', key)}` };
    case 'alpaca':
      return { 'apca-api-key-id': need('key', key), 'apca-api-secret-key': need('secret', secret) };
    case 'yahoo':
      // Without a browser's name Yahoo answers 429.
      return { 'user-agent': 'Mozilla/5.0 (compatible; trading-system)' };
  }
}
