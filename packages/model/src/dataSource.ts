import { TradingError } from './errors';

/** Providers whose bars the system knows how to name. */
export const PROVIDERS = ['polygon', 'yahoo', 'alpaca', 'alpha_vantage', 'iex', 'quandl'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The longest name that `data_source` holds. */
export const MAX_DATA_SOURCE_LENGTH = 20;

const PATTERN = new RegExp(`^(${PROVIDERS.join('|')})(_adjusted)?(?:_([1-9][0-9]?[mhw]))?$`);

/** One series of bars, as named by `data_source`: `<provider>[_adjusted][_<timeframe>]`. */
export interface DataSource {
  /** The name as stored, e.g. `yahoo_adjusted_1h`. */
  readonly name: string;
  readonly provider: Provider;
  /** Whether prices are adjusted for dividends. */
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
  const match = PATTERN.exec(name);
  if (match === null || name.length > MAX_DATA_SOURCE_LENGTH) {
    throw new TradingError(
      'MODEL.INVALID_DATA_SOURCE',
      `data_source is '${name}'; it must be <provider>[_adjusted][_<timeframe>] in at most ${MAX_DATA_SOURCE_LENGTH} ` +
        `characters, where the provider is one of ${PROVIDERS.join(', ')} and the timeframe is like 1m, 5m, 1h or 1w`,
      { details: { field: 'data_source', value: name } },
    );
  }
  return {
    name,
    provider: match[1] as Provider,
    adjusted: match[2] !== undefined,
    timeframe: match[3] ?? '1d',
  };
}
