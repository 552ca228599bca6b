import { TradingError } from '@trading/model';
import type { SetStateResult, State } from './apiTypes';

/** What a server said of a request that it did not fulfil. */
export interface FailedAnswer {
  readonly status: number;
  /** The answer's body, parsed where it was JSON. */
  readonly body: unknown;
}

/**
 * The typed error of an answer: `PREFECT.UNAUTHORIZED` (401, 403), `PREFECT.NOT_FOUND` (404), `PREFECT.CONFLICT` (409),
 * `PREFECT.INVALID_REQUEST` (other 4xx), `PREFECT.BUSY` (408, 429, transient), `PREFECT.SERVER_ERROR` (5xx, transient).
 */
export function answerError(doing: string, { status, body }: FailedAnswer): TradingError {
  const reason = reasonOf(body);
  const details = { status, reason };
  const said = reason === '' ? '' : `: ${reason}`;
  if (status === 401 || status === 403) {
    return new TradingError(
      'PREFECT.UNAUTHORIZED',
      `Prefect refused the credentials while ${doing}; give the server's auth string or API key${said}`,
      { kind: 'operational', details },
    );
  }
  if (status === 404) {
    return new TradingError('PREFECT.NOT_FOUND', `Prefect found nothing while ${doing}${said}`, { details });
  }
  if (status === 409) {
    return new TradingError('PREFECT.CONFLICT', `Prefect has this already while ${doing}${said}`, {
      details,
    });
  }
  if (status === 408 || status === 429) {
    return new TradingError('PREFECT.BUSY', `Prefect is too busy while ${doing}${said}`, {
      kind: 'operational',
      transient: true,
      details,
    });
  }
  if (status < 500) {
    return new TradingError('PREFECT.INVALID_REQUEST', `Prefect refused (${status}) while ${doing}${said}`, {
      details,
    });
  }
  return new TradingError('PREFECT.SERVER_ERROR', `Prefect failed (${status}) while ${doing}${said}`, {
    kind: 'operational',
    transient: true,
    details,
  });
}

/** No answer at all: nobody listens, the connection broke, or it took too long. */
export function unreachable(doing: string, apiUrl: string, cause: unknown): TradingError {
  return new TradingError(
    'PREFECT.UNREACHABLE',
    `No answer from Prefect at ${apiUrl} while ${doing}; see \`trading prefect status\``,
    { kind: 'operational', transient: true, cause, details: { apiUrl } },
  );
}

/**
 * The server did not make a state transition (`PREFECT.STATE_REFUSED`). It answers so with 200 or 201: only the body tells.
 *
 * @property status        REJECT: another state holds or was set instead; ABORT: stop working on this run; WAIT: ask again later
 * @property reason        the server's own words
 * @property currentState  the run's state now, where the server tells it
 * @property delaySeconds  how long to wait before asking again; with WAIT only
 */
export class StateRefusedError extends TradingError {
  readonly status: 'REJECT' | 'ABORT' | 'WAIT';
  readonly reason: string;
  readonly currentState: State | null;
  readonly delaySeconds: number | undefined;

  constructor(run: string, proposed: string, result: SetStateResult) {
    const { details, state } = result;
    const reason =
      'reason' in details && typeof details.reason === 'string' ? details.reason : 'no reason given';
    const status = result.status === 'ACCEPT' ? 'REJECT' : result.status;
    super('PREFECT.STATE_REFUSED', `Prefect refused ${proposed} for ${run} (${status}): ${reason}`, {
      details: { run, proposed, status, reason, currentState: state?.name ?? null },
    });
    this.status = status;
    this.reason = reason;
    this.currentState = state;
    this.delaySeconds = 'delay_seconds' in details ? details.delay_seconds : undefined;
  }
}

/** `detail` of FastAPI's errors, or the exception's name and message of Prefect's own. */
function reasonOf(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, 500);
  if (typeof body !== 'object' || body === null) return '';
  if ('detail' in body && typeof body.detail === 'string') return body.detail;
  return JSON.stringify(body).slice(0, 500);
}
