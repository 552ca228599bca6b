import type { FastifyInstance } from 'fastify';
import { ApiProblem } from '../problems/apiProblem';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Answers only to the names that are this server's. A page from elsewhere can have its own host name lead to 127.0.0.1 and
 * would then read the answer as its own; but the name that it asks for stays its own.
 *
 * @param names  besides those of loopback: what the server is reached by
 */
export function checkHost(app: FastifyInstance, names: readonly string[]): void {
  const own = new Set([...LOOPBACK_NAMES, ...names.map((name) => name.toLowerCase())]);
  app.addHook('onRequest', async (request) => {
    const host = (request.headers.host ?? '').toLowerCase().replace(/:\d{1,5}$/, '');
    if (own.has(host)) return;
    throw new ApiProblem(
      421,
      'API.UNKNOWN_HOST',
      `this server is reached at ${[...own].join(', ')}; the request names another host`,
    );
  });
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.replace('::ffff:', '').startsWith('127.');
}
