import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServicePool, inTransaction, type ServicePool } from '@trading/database';
import { createConsumer, createPublisher, drain } from '@trading/event-bus';
import { createTestDatabase, PATIENCE_MS, type TestDatabase, until } from '@trading/testing';
import { SMTPServer } from 'smtp-server';
import {
  createEmailChannel,
  createNotificationService,
  createSlackChannel,
  createTelegramChannel,
  createWebhookChannel,
  type NotificationChannels,
  type NotificationService,
  type NotificationServiceOptions,
  webhookSignature,
} from '../src';

const SECRET = 'a secret of the receiver and us';

let database: TestDatabase;
let pool: ServicePool;
let execution: ServicePool;
let owner: ServicePool;
let receiver: Receiver;
let service: NotificationService | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  const open = (name: 'notification' | 'execution', url: string) =>
    createServicePool({ url, service: name, max: 4, waitMs: PATIENCE_MS });
  pool = open('notification', database.serviceUrl('notification'));
  execution = open('execution', database.serviceUrl('execution'));
  owner = open('notification', database.ownerUrl);
});

afterAll(async () => {
  for (const each of [pool, execution, owner]) await each?.end();
  await database?.drop();
});

beforeEach(async () => {
  await owner.query('TRUNCATE notification.alert_configs, notification.notification_logs');
  receiver = await startReceiver();
});

afterEach(async () => {
  await service?.stop();
  await receiver.close();
});

describe('a webhook', () => {
  it('posts what happened, signed so that its receiver can tell that it is ours', async () => {
    const notify = await given({ webhook: createWebhookChannel({ secret: SECRET }) }, 'webhook', [
      receiver.url,
    ]);
    await notify();
    const [request] = receiver.requests;
    expect(request?.body).toMatchObject({
      type: 'alert',
      timestamp: '2020-01-02T15:00:00.000Z',
      data: { alertId: 'loss', alertName: 'Big loss', eventType: 'trade_executed' },
    });
    const {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    } = request?.headers ?? {};
    const body = request?.text ?? '';
    expect(signature).toBe(webhookSignature(SECRET, { id: String(id), timestamp: String(timestamp), body }));
    expect(signature).not.toBe(
      webhookSignature('another', { id: String(id), timestamp: String(timestamp), body }),
    );
  });

  it('signs as the Standard Webhooks convention does', () => {
    // By openssl: printf '%s' 'msg_1.1614265330.{"test": 2432232314}' | openssl dgst -sha256 -hmac 'key' -binary | base64
    const signed = { id: 'msg_1', timestamp: '1614265330', body: '{"test": 2432232314}' };
    expect(webhookSignature('key', signed)).toBe('v1,JYEBfyq5bxCpG1AwdnAXovrjhgNdJUQo9x0/izmGveQ=');
  });

  it('is posted again under the same id until it is taken', async () => {
    receiver.answers.push(503, 500);
    const notify = await given(
      { webhook: createWebhookChannel({ secret: SECRET }) },
      'webhook',
      [receiver.url],
      {
        retryInMs: () => 0,
      },
    );
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(await log()).toMatchObject([
      { status: 'pending', error: `${receiver.host} did not take the notification: it answered 503 no` },
    ]);
    await service?.deliver();
    expect(await service?.deliver()).toMatchObject({ sent: 1 });
    const ids = receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('is given up after the last attempt, and the reason is kept', async () => {
    receiver.answers.push(401, 401);
    const options = { retryInMs: () => 0, maxAttempts: 2 };
    const channels = { webhook: createWebhookChannel({ secret: SECRET }) };
    const notify = await given(channels, 'webhook', [receiver.url], options);
    await notify();
    expect(await service?.deliver()).toMatchObject({ failed: 1 });
    expect(await service?.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
    expect(await service?.history()).toMatchObject([
      {
        alertId: 'loss',
        failed: 1,
        error: `${receiver.host} did not take the notification: it answered 401 no`,
      },
    ]);
  });

  it('that is redirected goes nowhere else', async () => {
    receiver.answers.push(302);
    const notify = await given({ webhook: createWebhookChannel({ secret: SECRET }) }, 'webhook', [
      receiver.url,
    ]);
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(receiver.requests).toHaveLength(1);
  });

  it('to a receiver that is not there says why', async () => {
    await receiver.close();
    const notify = await given({ webhook: createWebhookChannel({ secret: SECRET }) }, 'webhook', [
      receiver.url,
    ]);
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(await log()).toMatchObject([{ error: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('whose receiver hangs holds up no other channel', async () => {
    receiver.answers.push('hang');
    const other = await startReceiver();
    const channels = {
      webhook: createWebhookChannel({ secret: SECRET }),
      slack: createSlackChannel({ webhookUrl: other.url }),
    };
    const notify = await given(channels, 'webhook', [receiver.url], { sendTimeoutMs: 3_600_000 });
    await service?.defineAlert({ ...ALERT, alertId: 'second', channel: 'slack', recipients: [] });
    const delivered = notify();
    await receiver.hung;
    await until('the other notification is sent', async () =>
      (await log()).some((row) => row.status === 'sent'),
    );
    await receiver.close();
    expect(await delivered).toMatchObject({ sent: 1, retried: 1 });
    await other.close();
  });

  it('that takes too long is ended from our side', async () => {
    let ended: unknown;
    const slow = {
      send: (_: unknown, signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            ended = signal.reason;
            resolve();
          });
        }),
    };
    const notify = await given({ slow }, 'slow', [], { sendTimeoutMs: 5 });
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(ended).toMatchObject({ code: 'NOTIFICATION.SEND_TIMEOUT' });
  });

  it('refuses recipients that are no URLs, and an alert that has none', async () => {
    const channels = { webhook: createWebhookChannel({ secret: SECRET }) };
    await expect(given(channels, 'webhook', ['ops@example.com'])).rejects.toMatchObject({
      code: 'NOTIFICATION.INVALID_ALERT',
      message: expect.stringContaining(
        "recipients.0 is 'ops@example.com': it must be an http:// or https:// URL",
      ),
    });
    await expect(given(channels, 'webhook', [])).rejects.toMatchObject({
      message: expect.stringContaining('recipients is empty: channel webhook needs a URL to post to'),
    });
  });
});

describe('mail', () => {
  it('arrives at each recipient, with the same Message-ID however often it is sent', async () => {
    const mail = await startMailServer();
    const channels = { email: createEmailChannel({ url: mail.url, from: 'Trading <alerts@desk.example>' }) };
    mail.failNext = true;
    const recipients = ['ops@desk.example', 'risk@desk.example'];
    const notify = await given(channels, 'email', recipients, { retryInMs: () => 0 });
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(await log()).toMatchObject([{ error: expect.stringContaining('try again later') }]);
    expect(await service?.deliver()).toMatchObject({ sent: 1 });
    const [first, second] = mail.received;
    expect(second?.to).toEqual(recipients);
    expect(second?.text).toContain('Subject: Big loss');
    expect(second?.text).toContain('Happened: 2020-01-02T15:00:00.000Z');
    expect(messageId(second)).toMatch(/^<[0-9a-f]{32}@desk\.example>$/);
    expect(messageId(first)).toBe(messageId(second));
    await mail.close();
  });

  it('that a server takes for one recipient only is no success', async () => {
    const mail = await startMailServer();
    const channels = { email: createEmailChannel({ url: mail.url, from: 'alerts@desk.example' }) };
    const notify = await given(channels, 'email', ['ops@desk.example', 'unknown@desk.example']);
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(await log()).toMatchObject([{ error: expect.stringContaining('unknown@desk.example') }]);
    await mail.close();
  });
});

describe('chats', () => {
  it('of Slack get the message, which can call nobody', async () => {
    const notify = await given(
      { slack: createSlackChannel({ webhookUrl: receiver.url }) },
      'slack',
      [],
      {},
      '<!channel> {symbol} & more',
    );
    await notify();
    expect(receiver.requests[0]?.body).toEqual({ text: '&lt;!channel&gt; AAPL &amp; more' });
  });

  it('of Telegram get it each, and the token is in no error', async () => {
    const telegram = createTelegramChannel({ token: '12:secret', baseUrl: receiver.url });
    receiver.answers.push(200, 403);
    const notify = await given({ telegram }, 'telegram', ['-100200', '77']);
    expect(await notify()).toMatchObject({ retried: 1 });
    expect(receiver.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/bot12:secret/sendMessage', { chat_id: '-100200', text: expect.stringContaining('Big loss') }],
      ['/bot12:secret/sendMessage', { chat_id: '77', text: expect.stringContaining('Big loss') }],
    ]);
    expect(await log()).toMatchObject([
      { error: 'Telegram did not take the notification: it answered 403 no' },
    ]);
  });
});

describe('a test of an alert', () => {
  it('goes out at once, says that it is one, and leaves no trace', async () => {
    await given({ slack: createSlackChannel({ webhookUrl: receiver.url }) }, 'slack', []);
    await service?.testAlert('loss');
    expect(receiver.requests[0]?.body).toEqual({
      text: 'Test of the alert "Big loss": nothing happened, and its notifications arrive here.',
    });
    expect(await log()).toEqual([]);
  });

  it('fails with the reason', async () => {
    receiver.answers.push(404);
    await given({ slack: createSlackChannel({ webhookUrl: receiver.url }) }, 'slack', []);
    await expect(service?.testAlert('loss')).rejects.toMatchObject({
      code: 'NOTIFICATION.SEND_FAILED',
      message: 'Slack did not take the notification: it answered 404 no',
    });
  });
});

const ALERT = {
  alertId: 'loss',
  name: 'Big loss',
  eventType: 'trade_executed' as const,
  rule: { conditions: [{ field: 'realizedPnl', op: 'lt' as const, value: '-100' }] },
};

/** Opens a service with an alert on a channel; what it returns lets a trade meet the alert, and delivers. */
async function given(
  channels: NotificationChannels,
  channel: string,
  recipients: string[],
  options: Partial<NotificationServiceOptions> = {},
  message?: string,
) {
  const opened = createNotificationService({ pool, ...options, channels });
  service = opened;
  const rule = message === undefined ? ALERT.rule : { ...ALERT.rule, message };
  await opened.defineAlert({ ...ALERT, rule, channel, recipients });
  return async () => {
    const data = {
      tradeId: 'T-1',
      executionId: 'X-1',
      orderId: 'O-1',
      accountId: 'ACC',
      symbol: 'AAPL',
      side: 'sell' as const,
      quantity: '100',
      price: '64.5',
      commission: '1',
      realizedPnl: '-120.5',
      executedAt: '2020-01-02T05:00:00Z',
      strategyId: 'trend',
    };
    const occurredAt = new Date('2020-01-02T15:00:00Z');
    const publisher = createPublisher({ service: 'execution' });
    await inTransaction(execution, (tx) => publisher.publish(tx, 'trade_executed', data, { occurredAt }));
    const consumer = createConsumer({ group: 'notification', pool, batchHandlers: opened.batchHandlers });
    await drain([consumer], { pool });
    return opened.deliver();
  };
}

async function log(): Promise<{ status: string; error: string | null }[]> {
  const { rows } = await owner.query(
    'SELECT status, error FROM notification.notification_logs ORDER BY alert_id, id',
  );
  return rows;
}

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: unknown;
}

/** An HTTP server that answers as it was told, with 200 once it was told nothing more. */
interface Receiver {
  readonly url: string;
  readonly host: string;
  readonly requests: Received[];
  readonly answers: (number | 'hang')[];
  /** Resolves when a request came that gets no answer. */
  readonly hung: Promise<void>;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const requests: Received[] = [];
  const answers: (number | 'hang')[] = [];
  const [hung, sawHung] = signal();
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) });
      const answer = answers.shift() ?? 200;
      if (answer === 'hang') sawHung();
      else respond(response, answer);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    requests,
    answers,
    hung,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function respond(response: ServerResponse, status: number): void {
  if (status === 302) response.setHeader('location', '/elsewhere');
  response.writeHead(status).end(status === 200 ? 'ok' : 'no');
}

async function startMailServer() {
  const received: { to: string[]; text: string }[] = [];
  const state = { failNext: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('unknown@') ? new Error('no such mailbox') : null),
    onData(stream, session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        const failing = state.failNext;
        state.failNext = false;
        done(failing ? Object.assign(new Error('try again later'), { responseCode: 451 }) : null);
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    received,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

function messageId(mail: { readonly text: string } | undefined): string | undefined {
  return /^Message-ID: (.*?)\r?$/im.exec(mail?.text ?? '')?.[1];
}

function signal(): [heard: Promise<void>, hear: () => void] {
  let hear = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  return [heard, () => hear()];
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}
