import { TradingError } from '@trading/model';

/** An answer that the API itself gives, with its HTTP status. Codes are `API.*`. */
export class ApiProblem extends TradingError {
  readonly status: number;

  constructor(status: number, code: string, message: string, details: Record<string, unknown> = {}) {
    super(`API.${code}`, message, { details });
    this.status = status;
  }
}

/** What has no route, or no row. */
export function notFound(what: string, details: Record<string, unknown>): ApiProblem {
  return new ApiProblem(404, 'NOT_FOUND', `there is no ${what}`, details);
}
