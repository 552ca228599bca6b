import { type AnalyticsService, createAnalyticsService } from '@trading/analytics';
import { poolSql, SERVICE_NAMES, type ServiceName } from '@trading/database';
import {
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  createPublisher,
  createRepeated,
  createSharedLogReader,
  createWakeUp,
  drain,
} from '@trading/event-bus';
import {
  type BrokerSession,
  createExecutionService,
  type ExecutionService,
  readBrokerAccounts,
} from '@trading/execution';
import { createIngestionService, type IngestionService } from '@trading/ingestion';
import { createLoggingService, createLogSink, type LoggingService } from '@trading/logging';
import {
  createLogChannel,
  createNotificationService,
  type NotificationChannels,
  type NotificationService,
} from '@trading/notification';
import { createRiskService, type RiskService } from '@trading/risk';
import {
  BUILT_IN_STRATEGIES,
  createStrategyService,
  decideHere,
  type StrategyKind,
  type StrategyRunner,
  type StrategyService,
} from '@trading/strategy';
import { openAnnouncer } from './announcer';
import { closeAll } from './closeAll';
import { createThreadRunner } from './isolation/threadRunner';
import { openPools, type ServicePools, type SystemConnection } from './pools';
import { recordPerformance } from './recordPerformance';
import { openBrokerSession, type RemoteAccount } from './remoteAccount';
import { type SystemFigures, systemFigures } from './systemFigures';

/** How often moments that wait are looked at. */
const DECIDE_EVERY_MS = 250;

/** What a trading system is made of. */
export interface TradingSystemOptions {
  readonly connection: SystemConnection;
  /** Hears of what goes wrong and is tried again. */
  readonly onWarning: (message: string) => void;
  /** Kinds of strategies; those that come with the system if they aren't given. */
  readonly strategies?: readonly StrategyKind[] | undefined;
  /**
   * The config that strategies are of which do not come with the system: they decide in a thread of its own, within a
   * deadline. Without it every strategy decides in this thread.
   */
  readonly isolation?: StrategyIsolation | undefined;
  /** Channels besides `log`, by the name that alerts give. */
  readonly channels?: NotificationChannels | undefined;
  /** An account at a remote broker that this system works. */
  readonly remote?: RemoteAccount | undefined;
  /** Joins all that commands of this system cause to one chain, e.g. that of a flow's run. */
  readonly correlationId?: string;
  /** Whether it announces events on Redis, where there is one. True; false for a process that only looks on. */
  readonly announces?: boolean;
}

/** Strategies that decide in a thread of their own. */
export interface StrategyIsolation {
  /** The config that the thread loads them from. */
  readonly configPath: string;
  /** How long a decision may take; 5 s if it isn't given. */
  readonly deadlineMs?: number;
}

/** All seven services in one process, each on its own pool and role, joined by the bus. Opens last, closes first. */
export interface TradingSystem extends AsyncDisposable {
  readonly pools: ServicePools;
  readonly ingestion: IngestionService;
  readonly strategy: StrategyService;
  readonly execution: ExecutionService;
  /** Between execution and the remote broker, where there is one; whoever opens the system starts it. */
  readonly brokerSession: BrokerSession | undefined;
  readonly risk: RiskService;
  readonly analytics: AnalyticsService;
  readonly notification: NotificationService;
  readonly logging: LoggingService;
  /** Handles events as they come, until it is closed. */
  start(): void;
  /** Finishes what is in hand and handles no more. */
  stop(): Promise<void>;
  /** Runs all consumers and sends what they notify of, until nothing is left; returns how many events were handled. */
  drain(): Promise<number>;
  /** Writes what is buffered: log lines, and announcements where there is Redis. */
  flush(): Promise<void>;
  /** Calls back when events may have been published; returns what ends it. A hint: looking now and then finds them without. */
  onEvents(callback: () => void): () => void;
  /** The account at a remote broker that this system works, where there is one. */
  readonly remote: RemoteAccount | undefined;
  /** What it has done so far, and how the bus stands. */
  figures(): Promise<SystemFigures>;
  /** Logs how a piece of work went in each service, a line each: events handled, connections and waits. */
  recordPerformance(operation: string, elapsedMs: number): Promise<void>;
}

/** The composition root: the only place where services meet. */
export async function openTradingSystem(options: TradingSystemOptions): Promise<TradingSystem> {
  const { connection, onWarning, correlationId, remote } = options;
  const pools = openPools(connection.services);
  const remoteAccounts = await remoteAccountsOf(pools, remote);
  const logSink = createLogSink({ pool: pools.logging, service: 'system' });

  const wakeUp = createWakeUp({ pool: pools.event_bus });
  const ingestion = createIngestionService({
    pool: pools.ingestion,
    publisher: createPublisher({
      service: 'ingestion',
      onPublished: () => wakeUp.signal(),
      correlationId,
    }),
    log: (level, message, details) => logSink.log(level, message, { correlationId, ...details }),
  });
  const isolated = isolationOf(options);
  const strategy = createStrategyService({
    pool: pools.strategy,
    kinds: options.strategies,
    run: isolated?.run,
    onPublished: () => wakeUp.signal(),
  });
  const deciding = createRepeated({
    work: () => strategy.decideDue(),
    pauseMs: DECIDE_EVERY_MS,
    onError: (error) => onWarning(`strategy: ${error instanceof Error ? error.message : error}`),
  });
  const risk = createRiskService({ pool: pools.risk });
  const execution = createExecutionService({
    pool: pools.execution,
    correlationId,
    remoteAccounts,
  });
  const brokerSession =
    remote === undefined ? undefined : openBrokerSession(pools.execution, remote, onWarning);
  const analytics = createAnalyticsService({ pool: pools.analytics });
  const notification = createNotificationService({
    pool: pools.notification,
    channels: { log: createLogChannel(logSink), ...options.channels },
    onError: (error) => onWarning(`notification: ${error instanceof Error ? error.message : error}`),
  });
  const logging = createLoggingService({ pool: pools.logging });

  const { redisUrl } = connection;
  // Of the bus's own role, which reads every service's events.
  const log = createSharedLogReader(poolSql(pools.event_bus));
  const consumers = consumersOf(
    pools,
    { strategy, execution, risk, analytics, notification, logging },
    { wakeUp, onWarning, log },
  );
  const announcer = openAnnouncer(
    options.announces === false ? undefined : redisUrl,
    pools.event_bus,
    wakeUp,
    onWarning,
  );
  const figures = () => systemFigures(consumers, announcer?.figures(), pools);
  return {
    pools,
    ingestion,
    strategy,
    execution,
    brokerSession,
    risk,
    analytics,
    notification,
    logging,
    start: () => {
      for (const consumer of consumers) consumer.start();
      notification.start();
      deciding.start();
    },
    stop: async () => {
      for (const consumer of consumers) await consumer.stop();
      await deciding.stop();
      await notification.stop();
    },
    drain: async () => {
      const last = consumers.filter(({ group }) => PUBLISH_NOTHING.some((service) => service === group));
      const drainAll = () => drain(consumers, { pool: pools.event_bus, log, last });
      let handled = await drainAll();
      // What waited for bars of other symbols, or for fills.
      while ((await strategy.decideDue()) > 0) handled += await drainAll();
      // What was sent is an event too, for the log.
      while ((await notification.deliver()).sent > 0) handled += await drainAll();
      return handled;
    },
    flush: async () => {
      await logSink.flush();
      await announcer?.catchUp();
    },
    onEvents: (callback) => wakeUp.onWake(callback),
    remote,
    figures,
    recordPerformance: async (operation, elapsedMs) =>
      recordPerformance(logging, await figures(), { operation, elapsedMs }),
    [Symbol.asyncDispose]: () =>
      closeAll(
        [
          ['broker session', () => brokerSession?.stop()],
          ...consumers.map((consumer) => [consumer.group, () => consumer.stop()] as const),
          ['decisions', () => deciding.stop()],
          ['strategies', () => isolated?.[Symbol.asyncDispose]()],
          ['notification', () => notification.stop()],
          ['wake-up', () => wakeUp[Symbol.asyncDispose]()],
          ['announcer', () => announcer?.[Symbol.asyncDispose]()],
          ['log lines that were not written', () => logSink.close()],
          ['pools', () => pools[Symbol.asyncDispose]()],
        ],
        onWarning,
      ),
  };
}

/** Those that this environment names, and those that any brokerSession ever worked: none of them is filled on paper. */
async function remoteAccountsOf(
  pools: ServicePools,
  remote: RemoteAccount | undefined,
): Promise<Set<string>> {
  try {
    const known = await readBrokerAccounts(poolSql(pools.execution));
    return new Set([...known.keys(), ...(remote === undefined ? [] : [remote.accountId])]);
  } catch (error) {
    await pools[Symbol.asyncDispose]();
    throw error;
  }
}

/** Built-in strategies decide here, those of a config in their thread. */
function isolationOf({
  isolation,
}: TradingSystemOptions): (AsyncDisposable & { run: StrategyRunner }) | undefined {
  if (isolation === undefined) return undefined;
  const builtIn = new Set(BUILT_IN_STRATEGIES.map(({ kind }) => kind));
  const thread = createThreadRunner(isolation);
  return {
    run: (ready, material) =>
      builtIn.has(ready.kind) ? decideHere(ready, material) : thread.run(ready, material),
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

/** Services whose handlers publish nothing: what is sent is told of when it is sent. */
const PUBLISH_NOTHING: readonly ServiceName[] = ['notification', 'logging'];

/** How consumers hear of events. */
interface Hearing extends Required<Pick<ConsumerOptions, 'wakeUp' | 'log'>> {
  readonly onWarning: (message: string) => void;
}

/** A consumer group for each service that listens, on that service's own pool. */
function consumersOf(
  pools: ServicePools,
  services: Readonly<Partial<Record<ServiceName, Pick<ConsumerOptions, 'handlers' | 'batchHandlers'>>>>,
  { onWarning, ...hearing }: Hearing,
): Consumer[] {
  return SERVICE_NAMES.flatMap((group) => {
    const service = services[group];
    if (service === undefined) return [];
    const { handlers = {}, batchHandlers = {} } = service;
    const onError = (error: Error) => onWarning(`${group}: ${error.message}`);
    // What a service does about an event is in its own tables.
    const onlyStatements = true;
    return createConsumer({
      ...hearing,
      group,
      pool: pools[group],
      handlers,
      batchHandlers,
      onlyStatements,
      onError,
    });
  });
}
