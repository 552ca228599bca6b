import type { Execution } from '../matching/matchBar';

/** A fill, and the account that the broker says it is of. */
export interface ReportedFill extends Execution {
  readonly accountId: string;
}
