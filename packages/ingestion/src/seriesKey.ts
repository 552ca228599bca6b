/** One series of bars: a symbol as one data source gives it. */
export interface SeriesKey {
  readonly symbol: string;
  readonly dataSource: string;
}
