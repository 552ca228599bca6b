import { type DataSource, TradingError } from '@trading/model';

/** A series that a provider doesn't have. */
export function unsupportedSeries({ name }: DataSource, reason: string): TradingError {
  return new TradingError(
    'INGESTION.UNSUPPORTED_SERIES',
    `data_source is '${name}', which its provider doesn't have: ${reason}`,
    {
      details: { field: 'data_source', value: name },
    },
  );
}
