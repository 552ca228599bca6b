import { percentile } from '../result';
import type { BusServers } from './busServers';
import { ContenderProcess } from './contenderProcess';
import type { PeerPackages } from './peerPackages';
import type { ConsumeOptions } from './side';

/** Events that are published with one call. */
const AT_ONCE = 500;

/** p50 and p99 from commit to effect, ms. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Our bus with a relay beside it, which moves the same events to Redis. */
export const ANNOUNCED = 'ours, announced on Redis';

/** One way to get events from one process to another: a process that publishes, one that consumes, one that relays. */
export class Contender {
  readonly side: string;
  readonly #servers: BusServers;
  readonly #publisher: ContenderProcess;
  readonly #consumer: ContenderProcess;
  readonly #relay: ContenderProcess | undefined;

  constructor(side: string, servers: BusServers, peers: PeerPackages | undefined) {
    const settings = servers.settingsOf(side, peers?.folder ?? '');
    const node = side.startsWith('ours') || peers === undefined ? process.execPath : peers.node;
    this.side = side;
    this.#servers = servers;
    this.#publisher = new ContenderProcess(settings, node);
    this.#consumer = new ContenderProcess(settings, node);
    this.#relay = side === ANNOUNCED ? new ContenderProcess(settings, node) : undefined;
  }

  /** Events a second that a published backlog is worked off with, from the start to the last effect. */
  async drain(count: number): Promise<number> {
    await this.#servers.empty();
    await this.#publisher.ask('publish', count, AT_ONCE);
    return this.drainPublished(count, {});
  }

  /** As `drain`, of what is there already; `count` is over all groups. */
  async drainPublished(count: number, options: ConsumeOptions): Promise<number> {
    await this.#servers.settle();
    const relaying = this.#relay?.ask('startRelay');
    await this.#consumer.ask('startConsuming', options);
    const { startedAt, endedAt } = await this.#consumer.ask('effects', count);
    await relaying;
    await this.#finish(count);
    return rate(count, startedAt, endedAt);
  }

  /** Events a second from the first that is published to the last effect, published while they are consumed. */
  async sustain(count: number, { emptied = false } = {}): Promise<number> {
    if (!emptied) await this.#servers.empty();
    await this.#relay?.ask('startRelay');
    await this.#consumer.ask('startConsuming', {});
    const published = this.#publisher.ask('publish', count, AT_ONCE);
    const { endedAt } = await this.#consumer.ask('effects', count);
    const { startedAt } = await published;
    await this.#finish(count);
    return rate(count, startedAt, endedAt);
  }

  /** From the commit of an event to the commit of its effect, at a steady rate of single events. */
  async latency(count: number, perSecond: number): Promise<Latency> {
    await this.#servers.empty();
    await this.#relay?.ask('startRelay');
    await this.#consumer.ask('startConsuming', {});
    const publishing = this.#publisher.ask('publishSteadily', count, perSecond);
    const { committedAt: effects } = await this.#consumer.ask('effects', count);
    const { committedAt: commits } = await publishing;
    await this.#finish(count);
    // At first connections are opened and code is compiled: the rate is not steady yet.
    const steady = commits.slice(perSecond / 2);
    const delays = steady.map((at, index) => (effects[index + perSecond / 2] ?? Number.NaN) - at);
    return { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) };
  }

  [Symbol.dispose](): void {
    for (const one of [this.#publisher, this.#consumer, this.#relay]) one?.[Symbol.dispose]();
  }

  /** Stops consuming, and looks whether each event had its effect exactly once. */
  async #finish(count: number): Promise<void> {
    await this.#consumer.ask('stopConsuming');
    await this.#relay?.ask('stopRelay');
    if (this.side.startsWith('raw')) return;
    const effects = await this.#servers.countEffects(this.side.startsWith('ours') ? 'ours' : 'peers');
    if (effects !== count) throw new RangeError(`${this.side}: ${count} events had ${effects} effects`);
  }
}

function rate(count: number, startedAt: number, endedAt: number): number {
  return count / ((endedAt - startedAt) / 1_000);
}
