import { until } from '@trading/testing';
import {
  type BrokerSession,
  createAlpacaBroker,
  createBrokerSession,
  createExecutionService,
  type ExecutionService,
  type Order,
  type OrderRequest,
} from '../src';
import { type LocalAlpaca, startLocalAlpaca } from './localAlpaca';
import { LONG_AGO, openWorld, type World } from './world';

/** For a broker on this machine: however long a process is kept waiting, none gives the other up. */
export const PATIENT = { timeoutMs: 0, pingEveryMs: 0 } as const;

/** A world whose account `A` is at a broker on this machine, and the broker session between the two. */
export interface BrokerWorld extends AsyncDisposable {
  readonly world: World;
  readonly alpaca: LocalAlpaca;
  readonly execution: ExecutionService;
  readonly brokerSession: BrokerSession;
  /** What went wrong in the session's background. */
  readonly errors: unknown[];
  /** Places an order of 10 AAPL, unless told otherwise. */
  place(orderId: string, more?: Partial<OrderRequest>): Promise<Order>;
  status(orderId: string): Promise<string>;
  untilStatus(orderId: string, status: string): Promise<void>;
  /** The types of the risk events so far, newest first. */
  raised(): Promise<string[]>;
  /** Starts the broker session and waits until it hears the broker and has reconciled. */
  listen(): Promise<void>;
  /** Places an order and waits until the broker has it. */
  working(orderId: string, more?: Partial<OrderRequest>): Promise<void>;
}

/** Opens it; the last price of AAPL is 100. */
export async function openBrokerWorld(): Promise<BrokerWorld> {
  const world = await openWorld();
  const alpaca = await startLocalAlpaca();
  const errors: unknown[] = [];
  let reconciled = 0;
  await world.storeBar('2024-06-03', [99, 101, 98, 100]);
  await world.risk.limits.set('A', 'max_decision_age', LONG_AGO);
  const execution = createExecutionService({
    pool: world.pool,
    remoteAccounts: ['A'],
  });
  const brokerSession = createBrokerSession({
    pool: world.pool,
    accountId: 'A',
    broker: createAlpacaBroker({
      keyId: 'key',
      secret: 'secret',
      baseUrl: alpaca.baseUrl,
      streamUrl: alpaca.streamUrl,
      reconnectMs: 10,
      ...PATIENT,
      onStreamError: (error) => errors.push(error),
    }),
    submitEveryMs: 20,
    // A test says itself when to reconcile, and what is found then.
    reconcileEveryMs: 3_600_000,
    onStep: (step) => {
      if (step === 'after reconcile') reconciled += 1;
    },
    onError: (error) => errors.push(error),
  });
  const place: BrokerWorld['place'] = (orderId, more = {}) =>
    execution.placeOrder({
      orderId,
      accountId: 'A',
      symbol: 'AAPL',
      side: 'buy',
      quantity: '10',
      decidedAt: new Date('2024-06-03T20:00:00Z'),
      ...more,
    });
  const status = async (orderId: string) => (await execution.readOrder(orderId)).status;
  const untilStatus = async (orderId: string, wanted: string) => {
    await until(`${orderId} to be ${wanted}`, async () => (await status(orderId)) === wanted);
  };
  return {
    world,
    alpaca,
    execution,
    brokerSession,
    errors,
    place,
    status,
    untilStatus,
    raised: async () => (await world.risk.events.list()).map(({ eventType }) => eventType),
    async listen() {
      await brokerSession.start();
      // What comes up with the stream is over before the test's own story begins.
      await until('the broker session to be up', () => alpaca.listening === 1 && reconciled > 0);
    },
    async working(orderId, more) {
      await place(orderId, more);
      await brokerSession.submitPending();
      await untilStatus(orderId, 'submitted');
    },
    async [Symbol.asyncDispose]() {
      await brokerSession.stop();
      await alpaca[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}
