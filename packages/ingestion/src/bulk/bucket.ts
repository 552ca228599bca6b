import type { SeriesKey } from '../seriesKey';

/** Series are locked by bucket: a chunk of many thousand series would fill the server's lock table. */
export const BUCKETS = 512;

/** The bucket of a series: FNV-1a over its name. The same in every process. */
export function bucketOf({ symbol, dataSource }: SeriesKey): number {
  let hash = 0x811c9dc5;
  for (const char of `${symbol} ${dataSource}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  return (hash >>> 0) % BUCKETS;
}
