import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase, until } from '@trading/testing';
import { createServicePool, normalizeError } from '../src';

/** A program that took the port of a server that is down. It keeps what it is sent. */
interface Impostor extends AsyncDisposable {
  readonly url: string;
  received(): string;
}

/** Messages of PostgreSQL's protocol, by their type and what follows the length. */
const message = (type: string, body: Buffer) => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const request = (code: number, ...more: Buffer[]) => {
  const number = Buffer.alloc(4);
  number.writeInt32BE(code);
  return message('R', Buffer.concat([number, ...more]));
};
const READY = message('Z', Buffer.from('I'));
const WAYS = {
  'asks for the password in the clear': request(3),
  'asks for an MD5 digest': request(5, Buffer.from('salt')),
  'lets everybody in': Buffer.concat([request(0), READY]),
} as const;

async function startImpostor(answer: Buffer, password = 'the-password'): Promise<Impostor> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(answer));
    socket.on('data', (chunk) => chunks.push(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `postgresql://trading_risk:${password}@127.0.0.1:${port}/trading_system`,
    received: () => Buffer.concat(chunks).toString('latin1'),
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const connect = async (url: string) => {
  await using pool = createServicePool({ url, service: 'risk' });
  const client = await pool.connect();
  client.release();
};

describe('whoever took the port of a server that is down', () => {
  test.each(Object.entries(WAYS))(
    'gets no password and is not believed where it %s',
    async (_way, answer) => {
      await using impostor = await startImpostor(answer);

      const failure = normalizeError(await connect(impostor.url).catch((error: unknown) => error));

      expect(failure).toMatchObject({
        code: 'DATABASE.SERVER_UNVERIFIED',
        transient: false,
        message: expect.stringMatching(/127\.0\.0\.1:\d+.*did not prove.*require_auth=/),
      });
      expect(impostor.received()).not.toMatch(/the-password|md5[0-9a-f]{32}/);
    },
  );

  test('gets it where the URL says so', async () => {
    await using impostor = await startImpostor(
      Buffer.concat([WAYS['asks for the password in the clear'], request(0), READY]),
    );
    // It answers nothing more, so only the way in is seen.
    const waiting = connect(`${impostor.url}?require_auth=password`).catch(() => undefined);
    await until('the password', () => impostor.received().includes('the-password'));
    await impostor[Symbol.asyncDispose]();
    await waiting;
  });
});

describe('the real server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('proves itself, and is used', async () => {
    await expect(connect(database.serviceUrl('risk'))).resolves.toBeUndefined();
  });
});
