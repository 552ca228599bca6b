import { TradingError } from './errors';
import { shortText } from './foreignText';

/** Providers whose bars the system knows how to name. */
export const PROVIDERS = [
  ...(['polygon', 'yahoo', 'alpaca', 'alpha_vantage', 'iex', 'quandl'] as const),
  // Whose files people have.
  ...(['stooq', 'kibot', 'binance', 'nasdaq', 'investing', 'kaggle'] as const),
] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The longest name that `data_source` holds. */
export const MAX_DATA_SOURCE_LENGTH = 20;

/** What may follow the provider. */
const KIND = /^(_raw|_adjusted)?(?:_([1-9][0-9]?[mhw]))?$/;

/** One series of bars, as named by `data_source`: `<provider>[_raw|_adjusted][_<timeframe>]`. */
export interface DataSource {
  /** The name as stored, e.g. `yahoo_adjusted_1h`. */
  readonly name: string;
  readonly provider: Provider;
  /** Whether prices are as they were traded. Without it and `adjusted` they are adjusted for splits. */
  readonly raw: boolean;
  /** Whether prices are adjusted for splits and dividends. */
  readonly adjusted: boolean;
  /** `1m`, `5m`, `1h`, `1w`, ...; `1d` where the name has none. */
  readonly timeframe: string;
}

/**
 * Reads the name of a series.
 *
 * @throws TradingError `MODEL.INVALID_DATA_SOURCE`
 */
export function parseDataSource(name: string): DataSource {
  const provider = PROVIDERS.find((known) => name === known || name.startsWith(`${known}_`));
  const match = provider === undefined ? null : KIND.exec(name.slice(provider.length));
  if (provider === undefined || match === null || name.length > MAX_DATA_SOURCE_LENGTH) {
    throw new TradingError(
      'MODEL.INVALID_DATA_SOURCE',
      `data_source is '${shortText(name)}'; it must be <provider>[_raw|_adjusted][_<timeframe>] in at most ${MAX_DATA_SOURCE_LENGTH} ` +
        `characters, where the provider is one of ${PROVIDERS.join(', ')} and the timeframe is like 1m, 5m, 1h or 1w`,
      { details: { field: 'data_source', value: shortText(name) } },
    );
  }
  return {
    name,
    provider,
    raw: match[1] === '_raw',
    adjusted: match[1] === '_adjusted',
    timeframe: match[2] ?? '1d',
  };
}
