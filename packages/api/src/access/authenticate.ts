import { timingSafeEqual } from 'node:crypto';
import { TradingError } from '@trading/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from '../problems/apiProblem';
import type { Keys, Recognition } from './keys';
import { type Principal, requireScope, type Scope } from './principal';
import { csrfTokenOf, type Sessions } from './sessions';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must have for the route; `none` is open to everybody. */
    scope?: Scope | 'none';
    /** It changes something: it goes into the audit log, and may be sent again under its Idempotency-Key. */
    changes?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; undefined on routes that are open to everybody. */
    principal?: Principal;
  }
}

/** The cookie of the dashboard's session. */
export const SESSION_COOKIE = 'trading_session';

const BEARER = /^Bearer ([A-Za-z0-9_-]{1,200})$/;
const CSRF_HEADER = 'x-csrf-token';

/**
 * Lets nobody past without a key or a session that is good for the route, and a session change nothing without its CSRF
 * token.
 */
export function authenticate(app: FastifyInstance, keys: Keys, sessions: Sessions): void {
  app.addHook('onRequest', async (request) => {
    const { scope } = request.routeOptions.config;
    if (scope === 'none' || request.is404) return;
    if (scope === undefined) throw mistake(`route ${request.routeOptions.url} names no scope`);
    request.principal = await principalOf(request, keys, sessions);
    requireScope(request.principal, scope);
  });
}

/** Who asks; for handlers of routes with a scope. */
export function principal(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw mistake('the route is open to everybody: nobody is known');
  return request.principal;
}

/** A route that is written wrongly. */
function mistake(message: string): TradingError {
  return new TradingError('API.INTERNAL', message, { kind: 'bug' });
}

async function principalOf(request: FastifyRequest, keys: Keys, sessions: Sessions): Promise<Principal> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const key = BEARER.exec(authorization)?.[1];
    if (key === undefined)
      throw new ApiProblem(
        401,
        'API.INVALID_KEY',
        'Authorization must be `Bearer` and an API key, like trd_...',
      );
    return { ...known(await keys.recognise(key)), via: 'key' };
  }
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie === undefined) {
    throw new ApiProblem(
      401,
      'API.NOT_LOGGED_IN',
      'send `Authorization: Bearer` with a key of `trading keys create`, or log in to the dashboard with the link of `trading dashboard`',
    );
  }
  const keyId = await sessions.keyOf(cookie);
  if (keyId === undefined)
    throw new ApiProblem(
      401,
      'API.SESSION_OVER',
      'the session is over: log in again with a new link of `trading dashboard`',
    );
  if (request.method !== 'GET' && request.method !== 'HEAD') requireCsrfToken(request, cookie);
  return { ...known(await keys.recogniseId(keyId)), via: 'session' };
}

const REFUSALS = {
  unknown: ['API.INVALID_KEY', 'there is no such key; `trading keys create` makes one'],
  expired: ['API.KEY_EXPIRED', 'the key has expired; `trading keys create` makes another'],
  revoked: ['API.KEY_REVOKED', 'the key was revoked'],
} as const;

function known(recognition: Recognition): Omit<Principal, 'via'> {
  if ('principal' in recognition) return recognition.principal;
  const [code, message] = REFUSALS[recognition.refused];
  throw new ApiProblem(401, code, message);
}

function requireCsrfToken(request: FastifyRequest, cookie: string): void {
  const sent = Buffer.from(String(request.headers[CSRF_HEADER] ?? ''));
  const right = Buffer.from(csrfTokenOf(cookie));
  if (sent.length === right.length && timingSafeEqual(sent, right)) return;
  throw new ApiProblem(
    403,
    'API.CSRF_TOKEN_MISSING',
    'a change from a session needs the header X-CSRF-Token with what GET /v1/session says',
  );
}
