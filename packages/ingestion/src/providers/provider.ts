import type { DataSource, Provider } from '@trading/model';
import type { AnnouncedAction } from '../actions/corporateAction';
import type { SourceRow } from '../barRow';

/** What to ask a provider for. */
export interface ProviderRequest {
  readonly symbol: string;
  /** The series that is asked for; a provider may give its adjusted twin in the same call. */
  readonly source: DataSource;
  /** Bars that start from then ... */
  readonly from: Date;
  /** ... until then, both included. */
  readonly to: Date;
  /** Bars that are not over yet are left out. */
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
  /** Hears of the corporate actions that come in the same answer as the bars, before the bars of that page. */
  readonly onActions?: ((actions: readonly AnnouncedAction[]) => void) | undefined;
}

/** Whose corporate actions to ask a provider for. */
export interface ActionRequest {
  readonly symbol: string;
  /** First and last ex-date, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

/** One provider of bars. */
export interface BarProvider {
  readonly name: Provider;
  /** The series that a request for this one fills. The first is the one that findings are recorded for. */
  seriesOf(source: DataSource): readonly [string, ...string[]];
  /** From when on it has bars of a series, where that moves with the day; undefined where it has what it ever had. */
  earliest(source: DataSource, now: Date): Date | undefined;
  /**
   * The bars, a page at a time, in the order of time.
   *
   * @throws TradingError `PROVIDER.*`, `PROVIDER.NO_SUCH_HISTORY` where `from` lies before the earliest bar,
   * `INGESTION.UNSUPPORTED_SERIES`
   */
  pages(request: ProviderRequest): AsyncIterable<readonly SourceRow[]>;
  /** Splits and dividends of a symbol. @throws TradingError `PROVIDER.*` */
  actions(request: ActionRequest): Promise<AnnouncedAction[]>;
}
