import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@trading/database';
import { startTestRedis, startTestServer, type TestRedis, type TestServer, until } from '@trading/testing';
import { KillableProgram, type SeededRandom, seededRandom } from '@trading/testing/faults';
import { busKeys, connectRedis } from '../../src';
import { OWNER_KEY } from '../../src/redis/keys';
import { ready } from '../ready';
import type { ConsumerSettings } from './consumerProgram';
import { Ledger, type Verdict } from './ledger';

/** Who consumes: one process each. */
export type ConsumerPlan = Pick<ConsumerSettings, 'service' | 'concurrency' | 'inbox' | 'batched' | 'broken'>;

/** What can go wrong, and in which programs a step is armed. */
type Fault =
  | { readonly kind: 'step'; readonly step: string; readonly programs: readonly KillableProgram[] }
  | {
      readonly kind:
        | 'redis flushed'
        | 'redis killed'
        | 'redis connections cut'
        | 'database connections cut'
        | 'database crashed'
        | 'none';
    };

const PUBLISHER_STEPS = ['appended', 'committed'] as const;
const RELAY_STEPS = ['read', 'moved', 'stored', 'rebuilding'] as const;
const CONSUMER_STEPS = [
  'claimed',
  'effect',
  'part of a batch',
  'handled',
  'committed',
  'parked',
  'tried',
] as const;

/** How long the bus may take to come to rest after a fault before what is missing counts as lost. */
const REST_MS = 120_000;
/** After so many looks, 15 ms apart, at which the same was missing, a broken reader is asked whether it has passed it by. */
const LOOKS_BEFORE_ASKING = 20;

const program = (name: string, file: string, settings: unknown) =>
  new KillableProgram({ name, file: join(__dirname, file), settings });

/** Publishers, relays and consumers as processes, with servers of their own, and faults at chosen moments. */
export class BusUnderFaults {
  readonly #server: TestServer;
  readonly #redis: TestRedis;
  readonly #ledger: Ledger;
  readonly #publisher: KillableProgram;
  readonly #relays: readonly KillableProgram[];
  readonly #consumers: readonly KillableProgram[];
  readonly #broken: ConsumerSettings['broken'];

  private constructor(server: TestServer, redis: TestRedis, plans: readonly ConsumerPlan[], relays: number) {
    this.#server = server;
    this.#redis = redis;
    const url = (service: ServiceName) => server.serviceUrl(service);
    this.#ledger = new Ledger(databaseOf(server), [...new Set(plans.map((plan) => plan.service))]);
    this.#publisher = program('publisher', 'publisherProgram.ts', { url: url('ingestion'), seed: 1 });
    this.#broken = plans.find(({ broken }) => broken !== undefined)?.broken;
    const relay = { url: url('event_bus'), redisUrl: redis.urls.relay };
    this.#relays = Array.from({ length: relays }, (_, index) =>
      program(`relay ${index + 1}`, 'relayProgram.ts', relay),
    );
    this.#consumers = plans.map(({ service, ...plan }, index) =>
      program(`${service} ${index}`, 'consumerProgram.ts', {
        ...plan,
        service,
        group: service,
        url: url(service),
      }),
    );
  }

  static async start(plans: readonly ConsumerPlan[], { relays = 0 } = {}): Promise<BusUnderFaults> {
    const bus = new BusUnderFaults(await startTestServer(), await startTestRedis(), plans, relays);
    await bus.#ledger.create();
    await Promise.all(bus.#programs.map((one) => one.start()));
    return bus;
  }

  /**
   * One run: a burst of events, one fault in the midst of it, and rest.
   *
   * @returns what happened, and how the events fared since the start
   */
  async run(seed: number): Promise<{ readonly fault: string; readonly verdict: Verdict }> {
    const random = seededRandom(seed);
    await Promise.all(this.#programs.map((one) => one.running()));
    const before = (await this.#ledger.judge())?.published ?? 0;
    const fault = this.#chooseFault(random);
    if (fault.kind === 'step') {
      const nth = 1 + random.integer(3);
      for (const one of fault.programs) one.arm({ step: fault.step, nth });
    }
    this.#publisher.send({ burst: { transactions: 6 + random.integer(10), keys: 3, seed } });
    await delay(random.integer(15));
    await this.#strike(fault);
    const verdict = await this.#rest(before);
    for (const one of this.#programs) one.arm(null);
    const where =
      fault.kind === 'step' ? `${fault.programs.map((one) => one.name)} at ${fault.step}` : fault.kind;
    return { fault: where, verdict };
  }

  /** How often programs died so far. */
  get deaths(): number {
    return this.#programs.reduce((sum, one) => sum + one.deaths, 0);
  }

  /** Waits until Redis has every event of the log, each once and in commit order, whatever became of it and of its relays. */
  async streamHoldsTheLog(): Promise<void> {
    const expected = await this.#ledger.positions();
    const connection = connectRedis(this.#redis.url);
    await ready(connection);
    await until('the stream holds the log', async () => {
      await Promise.all(this.#relays.map((one) => one.running()));
      const keys = busKeys((await connection.get(OWNER_KEY)) ?? '');
      const found = await connection.xrange(keys.stream('market_data_updated'), '-', '+');
      return found.map(([id]) => id).join() === expected.join();
    });
    connection.disconnect();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((one) => one.stop()));
    await this.#ledger.close();
    await this.#redis[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }

  get #programs(): readonly KillableProgram[] {
    return [this.#publisher, ...this.#relays, ...this.#consumers];
  }

  #chooseFault(random: SeededRandom): Fault {
    const [first, ...others] = this.#consumers;
    const relayed = this.#relays.length > 0;
    const dice = random.integer(100);
    if (dice < 10) return { kind: 'step', step: random.pick(PUBLISHER_STEPS), programs: [this.#publisher] };
    if (dice < 35 && relayed) return { kind: 'step', step: random.pick(RELAY_STEPS), programs: this.#relays };
    if (dice < 75 && first !== undefined)
      return { kind: 'step', step: random.pick(CONSUMER_STEPS), programs: [random.pick([first, ...others])] };
    if (dice < 88)
      return { kind: random.pick(['redis flushed', 'redis killed', 'redis connections cut'] as const) };
    if (dice < 96) return { kind: 'database connections cut' };
    return { kind: dice < 98 ? 'database crashed' : 'none' };
  }

  async #strike(fault: Fault): Promise<void> {
    if (fault.kind === 'redis killed') {
      await this.#redis.kill9();
      await this.#redis.start();
    } else if (fault.kind === 'redis flushed') await this.#tellRedis(['FLUSHALL']);
    else if (fault.kind === 'redis connections cut')
      await this.#tellRedis(['CLIENT', 'KILL', 'TYPE', 'normal']);
    else if (fault.kind === 'database connections cut') await this.#ledger.cutConnections();
    else if (fault.kind === 'database crashed') {
      await this.#server.stop('immediate');
      await this.#server.start();
    }
  }

  async #tellRedis([command = '', ...words]: string[]): Promise<void> {
    const connection = connectRedis(this.#redis.url);
    await ready(connection);
    await connection.call(command, ...words);
    connection.disconnect();
  }

  /**
   * Waits until the burst is over and nothing is missing; longer than `REST_MS` it does not wait, nor where a broken reader
   * is seen to have passed by what is missing.
   */
  async #rest(publishedBefore: number): Promise<Verdict> {
    const deadline = Date.now() + REST_MS;
    let last: Verdict | undefined;
    let still = 0;
    let unchanged = 0;
    while (Date.now() < deadline && still < 3) {
      const verdict = await this.#ledger.judge();
      const resting =
        verdict !== undefined &&
        verdict.lost === 0 &&
        verdict.published === last?.published &&
        (verdict.published > publishedBefore || this.#publisher.deaths > 0);
      still = resting ? still + 1 : 0;
      const stuck = verdict !== undefined && verdict.lost > 0 && verdict.lost === last?.lost;
      unchanged = stuck ? unchanged + 1 : 0;
      last = verdict ?? last;
      if (unchanged > 0 && unchanged % LOOKS_BEFORE_ASKING === 0 && (await this.#hasPassedBy())) break;
      await delay(15);
    }
    return last ?? { published: 0, lost: -1, doubled: -1, reordered: -1 };
  }

  /** Whether a broken reader lost events for good: it is started anew, so that none is under way, and reads on from its checkpoint. */
  async #hasPassedBy(): Promise<boolean> {
    if (this.#broken === undefined) return false;
    await Promise.all(this.#consumers.map((one) => one.restart()));
    return this.#ledger.hasPassedBy(this.#broken);
  }
}

function databaseOf(server: TestServer): string {
  const admin = new URL(server.adminUrl);
  admin.pathname = new URL(server.ownerUrl).pathname;
  return admin.href;
}
