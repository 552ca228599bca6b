/** How long to wait before an event is tried again. */
export interface Backoff {
  /** After the first failure. 50 ms. */
  readonly firstMs: number;
  /** It doubles with each failure up to this. 5 s. */
  readonly maxMs: number;
}

export const DEFAULT_BACKOFF: Backoff = { firstMs: 50, maxMs: 5_000 };

/** The wait after `failures` failures in a row, ms; 0 after none. */
export function backoffMs({ firstMs, maxMs }: Backoff, failures: number): number {
  if (failures <= 0) return 0;
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
