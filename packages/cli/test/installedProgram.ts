/**
 * A user's program outside the repository, on installed packages: a scoped client, the bus and the whole system, on the servers
 * of the folder that it is started in. `installed.long.test.ts` compiles it as an ES module and as CommonJS.
 */
import { createServicePool, inTransaction } from '@trading/database';
import { createConsumer, createPublisher } from '@trading/event-bus';
import { createExecutionClient } from '@trading/execution';
import { createLocalRuntime } from '@trading/local';
import { isTradingError, TradingError } from '@trading/model';
import { openTradingSystem, type SystemConnection } from '@trading/system';

async function main(): Promise<void> {
  const connection = await createLocalRuntime({ root: process.cwd() }).connection();
  if (connection === undefined) throw new TradingError('LOCAL.NOT_UP', 'run `npx trading up` first');
  const { services } = connection;
  const report = {
    filled: await countFilled(services.execution),
    refused: await reachForAnotherSchema(services.execution),
    heard: await publishAndHear(services, process.argv[2] ?? ''),
    handled: await drainSystem(connection),
  };
  console.log(JSON.stringify(report));
}

async function countFilled(url: string): Promise<number> {
  const execution = createExecutionClient({ url });
  const filled: number = await execution.order.count({ where: { status: 'filled' } });
  await execution.$disconnect();
  return filled;
}

async function reachForAnotherSchema(url: string): Promise<string> {
  const execution = createExecutionClient({ url });
  try {
    await execution.$queryRaw`SELECT count(*) FROM strategy_engine.strategies`;
    return 'nothing was refused';
  } catch (error) {
    return isTradingError(error) ? error.code : String(error);
  } finally {
    await execution.$disconnect();
  }
}

/** Publishes an event as one service and hears it as another. */
async function publishAndHear(services: SystemConnection['services'], alertId: string): Promise<string> {
  const notification = createServicePool({ url: services.notification, service: 'notification' });
  const analytics = createServicePool({ url: services.analytics, service: 'analytics' });
  let heard = (_message: string): void => undefined;
  const hearing = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const consumer = createConsumer({
    group: 'analytics.installed_program',
    pool: analytics,
    handlers: {
      async alert_sent(event) {
        if (event.data.alertId === alertId) heard(event.data.message);
      },
    },
  });
  consumer.start();
  await inTransaction(notification, (tx) =>
    createPublisher({ service: 'notification' }).publish(tx, 'alert_sent', {
      alertId,
      eventId: '01890000-0000-7000-8000-000000000000',
      eventType: 'trade_executed',
      channel: 'log',
      message: `hello from ${alertId}`,
    }),
  );
  const message = await hearing;
  await consumer.stop();
  await Promise.all([notification.end(), analytics.end()]);
  return message;
}

/** All seven services, until nothing is left to handle. */
async function drainSystem(connection: SystemConnection): Promise<number> {
  const system = await openTradingSystem({ connection, onWarning: (message) => console.error(message) });
  try {
    return await system.drain();
  } finally {
    await system[Symbol.asyncDispose]();
  }
}

void main();
