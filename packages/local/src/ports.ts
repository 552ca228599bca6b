import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { TradingError } from '@trading/model';

/** Loopback only: nothing that this package starts can be reached from another machine. */
export const LOOPBACK = '127.0.0.1';

/** Below every system's range for outgoing connections, so a remembered port isn't lost to one of those. */
const FIRST_PORT = 15_432;
const PORT_COUNT = 10_000;

/** Whether nobody listens on this loopback port at the moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * A loopback port that nobody listens on. Another program may still take it before the caller does, so a server that
 * can't bind asks again.
 *
 * @throws TradingError `LOCAL.NO_FREE_PORT`
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    // Random, so that two systems that start at once seldom meet.
    const port = FIRST_PORT + randomInt(PORT_COUNT);
    if (await isPortFree(port)) return port;
  }
  throw new TradingError(
    'LOCAL.NO_FREE_PORT',
    `No free port found between ${FIRST_PORT} and ${FIRST_PORT + PORT_COUNT - 1} on ${LOOPBACK}; end a program that listens there`,
    { kind: 'operational', transient: true },
  );
}
