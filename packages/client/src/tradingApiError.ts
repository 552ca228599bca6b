import type { components } from './generated/api';

type Problem = components['schemas']['Problem'];

/** What the API refused, and why. Branch on `code`. */
export class TradingApiError extends Error {
  readonly status: number;
  /** Stable, e.g. `API.SCOPE_TOO_SMALL`; `API.NO_ANSWER` where the answer was none of the API's. */
  readonly code: string;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? `the server answered with ${status}`);
    this.name = 'TradingApiError';
    this.status = status;
    this.code = problem?.code ?? 'API.NO_ANSWER';
    this.problem = problem;
  }
}

/** The error of an answer. */
export function problemOf(status: number, problem: Problem | undefined): TradingApiError {
  return new TradingApiError(status, problem);
}
