import type { BarColumns } from './barColumns';

/** The rows of each series, in their order. */
export function rowsOfSeries({ rows, series, seriesOf }: BarColumns): Uint32Array[] {
  const sizes = new Uint32Array(series.length);
  for (let row = 0; row < rows; row++) {
    const index = seriesOf[row] as number;
    sizes[index] = (sizes[index] as number) + 1;
  }
  const bySeries = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let row = 0; row < rows; row++) {
    const index = seriesOf[row] as number;
    const at = sizes[index] as number;
    (bySeries[index] as Uint32Array)[at] = row;
    sizes[index] = at + 1;
  }
  return bySeries;
}
