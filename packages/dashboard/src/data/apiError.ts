/** What the API answered with instead of what was asked for, or that it could not be reached. */
export class ApiError extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Stable, like `RISK.LIMIT_BREACHED`. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Reads an answer that is no success: problem+json of ours, or whatever stands between us and the server. */
export function errorOf(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null && 'code' in body && 'detail' in body)
    return new ApiError(status, String(body.code), String(body.detail));
  return new ApiError(status, 'HTTP', `the server answered with status ${status}`);
}

/** The server can't be reached. */
export function unreachable(): ApiError {
  return new ApiError(
    0,
    'UNREACHABLE',
    'The server does not answer. Is `trading dashboard` or `trading run` still running?',
  );
}
