import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrefectConnection } from '../../src/index';

/** A way to Prefect that can be cut. */
export interface SwitchedProxy extends AsyncDisposable {
  readonly connection: PrefectConnection;
  /** While true, every call is cut off. */
  cut: boolean;
}

/** Opens one in front of a server. */
export async function switchedProxy(target: PrefectConnection): Promise<SwitchedProxy> {
  const { hostname, port, origin } = new URL(target.apiUrl);
  const server = createServer((incoming, outgoing) => {
    if (proxy.cut) {
      incoming.socket.destroy();
      return;
    }
    const { url = '/', method = 'GET', headers } = incoming;
    const forwarded = request({ hostname, port, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: SwitchedProxy = {
    connection: { ...target, apiUrl: target.apiUrl.replace(origin, own) },
    cut: false,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
