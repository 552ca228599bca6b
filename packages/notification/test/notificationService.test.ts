import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServicePool, poolSql, type ServicePool } from '@trading/database';
import { type Consumer, createConsumer, createPublisher, drain } from '@trading/event-bus';
import type { EventData } from '@trading/model';
import { createTestDatabase, PATIENCE_MS, type TestDatabase } from '@trading/testing';
import {
  type AlertDefinition,
  createLogChannel,
  createNotificationService,
  type NotificationService,
  type NotificationServiceOptions,
  type OutgoingNotification,
} from '../src';

let database: TestDatabase;
let pool: ServicePool;
let execution: ServicePool;
let owner: ServicePool;
let service: NotificationService;
let consumer: Consumer;
let logged: [string, unknown][];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createServicePool({
    url: database.serviceUrl('notification'),
    service: 'notification',
    max: 4,
    waitMs: PATIENCE_MS,
  });
  execution = createServicePool({
    url: database.serviceUrl('execution'),
    service: 'execution',
    max: 2,
    waitMs: PATIENCE_MS,
  });
  owner = createServicePool({ url: database.ownerUrl, service: 'notification', max: 1, waitMs: PATIENCE_MS });
});

afterAll(async () => {
  await pool?.end();
  await execution?.end();
  await owner?.end();
  await database?.drop();
});

beforeEach(async () => {
  await owner.query('TRUNCATE notification.alert_configs, notification.notification_logs');
  logged = [];
  open({});
});

afterEach(() => service.stop());

function open(options: Partial<NotificationServiceOptions>): void {
  const logger = { warn: (message: string, fields: unknown) => logged.push([message, fields]) };
  const channels = { log: createLogChannel(logger), ...options.channels };
  service = createNotificationService({ pool, ...options, channels });
  consumer = createConsumer({ group: 'notification', pool, batchHandlers: service.batchHandlers });
}

const trade: EventData<'trade_executed'> = {
  tradeId: 'T-1',
  executionId: 'X-1',
  orderId: 'O-1',
  accountId: 'ACC',
  symbol: 'AAPL',
  side: 'sell',
  quantity: '100',
  price: '64.5',
  commission: '1',
  realizedPnl: '-120.5',
  executedAt: '2020-01-02T05:00:00Z',
  strategyId: 'trend',
};

/** Publishes trades, minutes apart in market time, and lets the service hear of them. */
async function tradesExecuted(...changes: { readonly minute?: number; readonly realizedPnl?: string }[]) {
  const publisher = createPublisher({ service: 'execution' });
  const events = [];
  for (const { minute = 0, ...data } of changes) {
    const occurredAt = new Date(Date.UTC(2020, 0, 2, 15, minute));
    events.push(
      await publisher.publish(
        poolSql(execution),
        'trade_executed',
        { ...trade, ...data },
        { correlationId: 'chain', occurredAt },
      ),
    );
  }
  await drain([consumer], { pool });
  return events;
}

const LOSS_ALERT: AlertDefinition = {
  alertId: 'big-loss',
  name: 'Big loss',
  eventType: 'trade_executed',
  rule: { conditions: [{ field: 'realizedPnl', op: 'lt', value: '-100' }] },
  channel: 'log',
  recipients: ['desk'],
};

const logs = () =>
  poolSql(pool).query(
    `SELECT alert_id, event_id, channel, status, attempts, message, error, correlation_id
       FROM notification.notification_logs ORDER BY id`,
  );

const statuses = async () => (await logs()).map(({ status }) => status);

describe('an alert', () => {
  it('leaves a notification for an event that meets it, which goes out and is told of', async () => {
    await service.defineAlert(LOSS_ALERT);
    const [event] = await tradesExecuted({ realizedPnl: '-100.5' });
    const message = 'Big loss: ACC sold 100 AAPL at 64.5, commission 1, realised -100.5';
    const row = {
      alert_id: 'big-loss',
      event_id: event?.id,
      channel: 'log',
      message,
      error: null,
      correlation_id: 'chain',
    };
    expect(await logs()).toEqual([{ ...row, status: 'pending', attempts: 0 }]);
    expect(logged).toEqual([]);

    expect(await service.deliver()).toEqual({ sent: 1, retried: 0, failed: 0 });
    expect(await logs()).toEqual([{ ...row, status: 'sent', attempts: 1 }]);
    expect(logged).toEqual([
      [
        message,
        { alertId: 'big-loss', recipients: ['desk'], eventType: 'trade_executed', correlationId: 'chain' },
      ],
    ]);
    const published = await poolSql(pool).query(
      `SELECT correlation_id, causation_id, occurred_at, data FROM event_bus.outbox WHERE event_type = 'alert_sent'`,
    );
    expect(published).toEqual([
      {
        correlation_id: 'chain',
        causation_id: event?.id,
        occurred_at: new Date('2020-01-02T15:00:00Z'),
        data: {
          alertId: 'big-loss',
          eventId: event?.id,
          eventType: 'trade_executed',
          channel: 'log',
          message,
        },
      },
    ]);
    expect(await service.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
  });

  it('is quiet about events that do not meet it, and while it is switched off', async () => {
    await service.defineAlert(LOSS_ALERT);
    await tradesExecuted({ realizedPnl: '-99.99' }, { realizedPnl: '-100' });
    await service.setAlertActive('big-loss', false);
    await tradesExecuted({ realizedPnl: '-500' });
    expect(await logs()).toEqual([]);
    await service.setAlertActive('big-loss', true);
    await tradesExecuted({ realizedPnl: '-500' });
    expect(await statuses()).toEqual(['pending']);
  });

  it('says what its template says', async () => {
    await service.defineAlert({
      ...LOSS_ALERT,
      rule: { message: '{side} {quantity} {symbol}: {realizedPnl} {what}' },
    });
    await tradesExecuted({});
    expect((await logs()).map(({ message }) => message)).toEqual(['sell 100 AAPL: -120.5 {what}']);
  });

  it('speaks once in its throttle, by the time of the events', async () => {
    await service.defineAlert({ ...LOSS_ALERT, throttleSeconds: 300 });
    await tradesExecuted({ minute: 0 }, { minute: 4 }, { minute: 5 }, { minute: 9 }, { minute: 10 });
    expect(await statuses()).toEqual(['pending', 'throttled', 'pending', 'throttled', 'pending']);
    expect(await service.deliver()).toMatchObject({ sent: 3 });
  });

  it('is kept in memory: what another process changed is seen once the alerts are old', async () => {
    let nowMs = 0;
    open({ alertsTtlMs: 1_000, nowMs: () => nowMs });
    await tradesExecuted({});
    await createNotificationService({
      pool,
      channels: { log: createLogChannel({ warn: () => {} }) },
    }).defineAlert(LOSS_ALERT);
    nowMs = 999;
    await tradesExecuted({});
    expect(await statuses()).toEqual([]);
    nowMs = 1_000;
    await tradesExecuted({});
    expect(await statuses()).toEqual(['pending']);
  });

  it.each([
    [{ rule: { conditions: [{ field: 'pnl', op: 'lt', value: '0' }] } }, `trade_executed has no field 'pnl'`],
    [{ eventType: 'alert_sent' }, 'eventType'],
    [{ throttleSeconds: -1 }, 'throttleSeconds'],
    [{ rule: { condition: [] } }, 'rule'],
  ])('with %j is refused', async (changes, message) => {
    await expect(
      service.defineAlert({ ...LOSS_ALERT, ...(changes as Partial<AlertDefinition>) }),
    ).rejects.toMatchObject({
      code: 'NOTIFICATION.INVALID_ALERT',
      message: expect.stringContaining(message),
    });
  });

  it('on a channel that is not there is refused', async () => {
    await expect(service.defineAlert({ ...LOSS_ALERT, channel: 'pigeon' })).rejects.toMatchObject({
      code: 'NOTIFICATION.UNKNOWN_CHANNEL',
      message: `channel is 'pigeon'; it must be one of log`,
    });
    await expect(service.setAlertActive('nothing', true)).rejects.toMatchObject({
      code: 'NOTIFICATION.NOT_FOUND',
    });
  });
});

describe('delivery', () => {
  it('tries again what failed, and gives up after the last attempt', async () => {
    const outcomes = [
      new Error('line is busy'),
      new Error('no answer'),
      null,
      new Error('1'),
      new Error('2'),
      new Error('3'),
    ];
    const sent: OutgoingNotification[] = [];
    const pager = {
      async send(notification: OutgoingNotification) {
        sent.push(notification);
        const outcome = outcomes[sent.length - 1];
        if (outcome) throw outcome;
      },
    };
    open({ channels: { pager }, maxAttempts: 3, retryInMs: () => 0 });
    await service.defineAlert({ ...LOSS_ALERT, channel: 'pager' });

    await tradesExecuted({});
    expect(await service.deliver()).toEqual({ sent: 0, retried: 1, failed: 0 });
    expect(await logs()).toMatchObject([{ status: 'pending', attempts: 1, error: 'line is busy' }]);
    await service.deliver();
    expect(await service.deliver()).toEqual({ sent: 1, retried: 0, failed: 0 });
    expect(await logs()).toMatchObject([{ status: 'sent', attempts: 3, error: null }]);
    expect(new Set(sent.map(({ notificationId }) => notificationId)).size).toBe(1);

    await tradesExecuted({});
    for (let round = 0; round < 4; round += 1) await service.deliver();
    expect((await logs()).at(-1)).toMatchObject({ status: 'failed', attempts: 3, error: '3' });
  });

  it('waits before it tries again', async () => {
    const broken = { send: async () => Promise.reject(new Error('away')) };
    open({ channels: { broken }, retryInMs: () => 3_600_000 });
    await service.defineAlert({ ...LOSS_ALERT, channel: 'broken' });
    await tradesExecuted({});
    expect(await service.deliver()).toMatchObject({ retried: 1 });
    expect(await service.deliver()).toEqual({ sent: 0, retried: 0, failed: 0 });
  });

  it('bounds the time of a channel', async () => {
    const stuck = { send: () => new Promise<void>(() => {}) };
    open({ channels: { stuck }, sendTimeoutMs: 5 });
    await service.defineAlert({ ...LOSS_ALERT, channel: 'stuck' });
    await tradesExecuted({});
    expect(await service.deliver()).toMatchObject({ retried: 1 });
    expect(await logs()).toMatchObject([{ error: 'channel stuck took longer than 5 ms' }]);
  });

  it('by two processes at once sends each once', async () => {
    const sent: string[] = [];
    const counter = {
      send: async ({ notificationId }: OutgoingNotification) => void sent.push(notificationId),
    };
    open({ channels: { counter } });
    await service.defineAlert({ ...LOSS_ALERT, channel: 'counter' });
    await tradesExecuted(...Array.from({ length: 50 }, () => ({})));
    await Promise.all([service.deliver(), service.deliver(), service.deliver()]);
    expect(sent).toHaveLength(50);
    expect(new Set(sent).size).toBe(50);
  });

  it('goes on by itself once it is started', async () => {
    let heard: (message: string) => void = () => {};
    const arrival = new Promise<string>((resolve) => {
      heard = resolve;
    });
    const ear = { send: async ({ message }: OutgoingNotification) => heard(message) };
    open({ channels: { ear }, pollMs: 5 });
    await service.defineAlert({ ...LOSS_ALERT, channel: 'ear' });
    service.start();
    await tradesExecuted({});
    expect(await arrival).toContain('Big loss');
    await service.stop();
    expect(await statuses()).toEqual(['sent']);
  });
});
