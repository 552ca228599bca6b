import { signal } from '@preact/signals';
import type { Session } from './answers';
import { ApiError, errorOf, unreachable } from './apiError';

/** Values of a query string; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Who is logged in: undefined while that is not known, null where nobody is. */
export const session = signal<Session | null | undefined>(undefined);

/** The address of a question. */
export function urlOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Asks for something. @throws ApiError */
export function get<Answer>(url: string, abort?: AbortSignal): Promise<Answer> {
  return send<Answer>(url, abort === undefined ? {} : { signal: abort });
}

/**
 * Changes something, once: the same change sent again after a broken connection is recognised by its key.
 *
 * @throws ApiError
 */
export async function change<Answer>(path: string, body: object = {}): Promise<Answer> {
  const init: RequestInit = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      'x-csrf-token': session.value?.csrfToken ?? '',
    },
    body: JSON.stringify(body),
  };
  try {
    return await send<Answer>(path, init);
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) return send<Answer>(path, init);
    throw error;
  }
}

/** Logs in with a key, or with the code of a one-time link. @throws ApiError */
export async function logIn(by: { readonly key: string } | { readonly code: string }): Promise<void> {
  session.value = await send<Session>('/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(by),
  });
}

/** Ends the session. @throws ApiError */
export async function logOut(): Promise<void> {
  await send('/v1/session', {
    method: 'DELETE',
    headers: { 'x-csrf-token': session.value?.csrfToken ?? '' },
  });
  session.value = null;
}

async function send<Answer>(url: string, init: RequestInit): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, credentials: 'same-origin' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
  const body: unknown = answer.status === 204 ? undefined : await answer.json().catch(() => undefined);
  if (answer.ok) return body as Answer;
  // A session that is over: the page to log in shows.
  if (answer.status === 401) session.value = null;
  throw errorOf(answer.status, body);
}
