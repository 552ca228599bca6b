import { poolSql, type ServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import { cancelOrder, mayCancel, requireOrder } from '../orders/transitionOrder';
import { isTerminal } from '../orders/transitions';
import { claimAccount, readBrokerAccounts } from '../sql/broker/brokerAccounts';
import { readUnfinishedOrders } from '../sql/orders/readAccountOrders';
import { handleMessage } from './handleMessage';
import { type ReconciliationReport, reconcile } from './reconcile';
import type { BrokerMessage, BrokerStream, RemoteBroker } from './remoteBroker';
import { type BrokerSessionStep, inSessionWork, type SessionContext } from './sessionContext';
import { submitOrder } from './submitOrder';

/** How a broker session is made. */
export interface BrokerSessionOptions {
  readonly pool: ServicePool;
  readonly broker: RemoteBroker;
  /** Our account at the broker. */
  readonly accountId: string;
  /** How often pending orders are handed over while it runs, ms. 250. */
  readonly submitEveryMs?: number;
  /** How often it reconciles while it runs, ms. 60 s. */
  readonly reconcileEveryMs?: number;
  /** Hears of what went wrong in the background. */
  readonly onError?: (error: unknown) => void;
  readonly now?: () => Date;
  /** Called at each {@link BrokerSessionStep}. */
  readonly onStep?: (step: BrokerSessionStep) => void;
}

/** Stands between our books and a broker: hands orders over, hears what became of them, and reconciles. */
export interface BrokerSession extends AsyncDisposable {
  /**
   * Hands over every pending order of the account, oldest first. @returns how many the broker took
   *
   * @throws TradingError `EXECUTION.OTHER_BROKER` where the account is another broker's, `BROKER.*`, `DATABASE.*`
   */
  submitPending(): Promise<number>;
  /** Cancels an order: at once where the broker doesn't have it yet, else by asking. @throws TradingError `EXECUTION.*`, `BROKER.*` */
  cancel(orderId: string, reason: string): Promise<void>;
  /** @throws TradingError `BROKER.*`, `DATABASE.*` */
  reconcile(): Promise<ReconciliationReport>;
  /** Listens, reconciles whenever the stream comes up and on schedule, and hands over what is pending. */
  start(): Promise<void>;
  /** Finishes what is in hand, then stops. */
  stop(): Promise<void>;
}

/** Makes a broker session; it does nothing until it is asked or started. */
export function createBrokerSession(options: BrokerSessionOptions): BrokerSession {
  return new Session(options);
}

class Session implements BrokerSession {
  readonly #options: BrokerSessionOptions;
  readonly #context: SessionContext;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stream: BrokerStream | undefined;
  #claimed = false;
  /** Messages and background work, one after another: what the broker said first is done first. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: BrokerSessionOptions) {
    const { pool, broker, accountId } = options;
    this.#options = options;
    this.#context = {
      pool,
      broker,
      accountId,
      now: options.now ?? (() => new Date()),
      step: options.onStep ?? (() => {}),
    };
  }

  async submitPending(): Promise<number> {
    await this.#claim();
    const orders = await readUnfinishedOrders(poolSql(this.#context.pool), this.#context.accountId);
    let submitted = 0;
    for (const order of orders) {
      if (order.status === 'pending' && (await submitOrder(this.#context, order)) === 'submitted')
        submitted += 1;
    }
    return submitted;
  }

  async cancel(orderId: string, reason: string): Promise<void> {
    const { broker } = this.#context;
    const order = await inSessionWork(this.#context, (work) => requireOrder(work, orderId));
    if (isTerminal(order.status)) return;
    const there = order.brokerOrderId ?? (await broker.findOrder(orderId))?.brokerOrderId;
    if (there === undefined) {
      await inSessionWork(this.#context, (work) =>
        cancelOrder(work, orderId, { reason, occurredAt: this.#context.now() }),
      );
      return;
    }
    await inSessionWork(this.#context, (work) => mayCancel(work, order));
    await broker.cancel(there);
  }

  async reconcile(): Promise<ReconciliationReport> {
    await this.#claim();
    return reconcile(this.#context);
  }

  async start(): Promise<void> {
    await this.#claim();
    this.#stream = this.#context.broker.listen((message) => this.#hear(message));
    await this.#stream.ready;
    this.#every(this.#options.submitEveryMs ?? 250, () => this.submitPending());
    this.#every(this.#options.reconcileEveryMs ?? 60_000, () => this.reconcile());
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    await this.#stream?.stop();
    this.#stream = undefined;
    await this.#last;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** From here on no paper broker fills this account's orders, and no other remote broker gets them. */
  async #claim(): Promise<void> {
    if (this.#claimed) return;
    const { pool, accountId, broker } = this.#context;
    const sql = poolSql(pool);
    await claimAccount(sql, accountId, broker.name);
    const holder = (await readBrokerAccounts(sql)).get(accountId);
    if (holder !== broker.name) {
      throw new TradingError(
        'EXECUTION.OTHER_BROKER',
        `account ${accountId} is at ${holder}: its orders can't go to ${broker.name}`,
        { details: { accountId, holder, broker: broker.name } },
      );
    }
    this.#claimed = true;
  }

  #hear(message: BrokerMessage): void {
    this.#enqueue(() =>
      message.kind === 'connected' ? this.reconcile() : handleMessage(this.#context, message),
    );
  }

  /** What fails is told and left to the next reconciliation, which asks the broker again. */
  #enqueue(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(work).then(
      () => {},
      (error: unknown) => this.#options.onError?.(error),
    );
  }

  #every(ms: number, work: () => Promise<unknown>): void {
    let busy = false;
    this.#timers.add(
      setInterval(() => {
        if (busy) return;
        busy = true;
        this.#enqueue(() => work().finally(() => (busy = false)));
      }, ms),
    );
  }
}
