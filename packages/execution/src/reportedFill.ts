import type { Execution } from './paper/matchBar';

/** A fill, and the account that the broker says it is of. */
export interface ReportedFill extends Execution {
  readonly accountId: string;
}
