import { type ErrorCode, TradingError } from '@trading/model';

/** A code of the API itself. */
export type ApiCode = Extract<ErrorCode, `API.${string}`>;

/** An answer that the API itself gives, with its HTTP status. Codes are `API.*`. */
export class ApiProblem extends TradingError {
  readonly status: number;

  constructor(status: number, code: ApiCode, message: string, details: Record<string, unknown> = {}) {
    super(code, message, { details });
    this.status = status;
  }
}

/** What has no route, or no row. */
export function notFound(what: string, details: Record<string, unknown>): ApiProblem {
  return new ApiProblem(404, 'API.NOT_FOUND', `there is no ${what}`, details);
}
