import { startBusServers } from './bus/busServers';
import { ANNOUNCED, Contender } from './bus/contender';
import { openFunctionBooking } from './bus/functionBooking';
import { openHandBooking } from './bus/handBooking';
import { openOrderBooking } from './bus/orderBooking';
import { type Overhead, publishingOverhead } from './bus/overhead';
import { installPeers } from './bus/peerPackages';
import { inTurn, type Contender as Measurement } from './inTurn';
import {
  atLeast,
  atMost,
  type BenchContext,
  type BenchResult,
  type BenchRow,
  machine,
  median,
} from './result';

/** What Redis and its client can do at most; it has no effect, and pub/sub loses what nobody hears. */
const LIMITS = ['raw pub/sub', 'raw streams'] as const;
const PEERS = ['BullMQ', 'pg-boss', 'graphile-worker'] as const;
const OURS = ['ours', ANNOUNCED] as const;

/** Events of one measurement: one or two seconds' worth for each. It is rates that are compared. */
const EVENTS: Readonly<Record<string, number>> = {
  'raw pub/sub': 100_000,
  'raw streams': 60_000,
  BullMQ: 4_000,
  'pg-boss': 10_000,
  'graphile-worker': 8_000,
  ours: 40_000,
  [ANNOUNCED]: 40_000,
};

const STEADY_PER_SECOND = 1_000;
const STEADY_EVENTS = 2_000;
/** Enough for Node to compile what they run, as in a service that has been up for a while. */
const TRANSACTIONS = 1_000;
/**
 * What publishes: an order's two transactions by the order gateway's functions, with five events; of these the one that books
 * the fill, with three; and one of five statements by hand, with one.
 */
const ORDER = 'an order placed and filled by functions';
const FILL = 'a fill booked by a function';
const BY_HAND = 'a fill booked by five statements';

/**
 * Events from one process to another, each with one row written once, fsync on: a backlog worked off, publishing and
 * consuming at once, and the time from commit to effect at a steady rate; and what publishing costs its transaction.
 */
export async function runBus(context: BenchContext): Promise<BenchResult> {
  await using servers = await startBusServers();
  await using byHand = await openHandBooking(servers);
  await using inFunction = await openFunctionBooking(servers);
  await using order = await openOrderBooking();
  const peers = await installPeers(context.progress);
  const names = [...LIMITS, ...(peers === undefined ? [] : PEERS), ...OURS];
  const contenders = names.map((name) => new Contender(name, servers, peers));
  try {
    const p99 = new Map<string, number[]>();
    const measurements: Record<string, Measurement> = {};
    for (const contender of contenders) {
      const { side } = contender;
      const events = EVENTS[side] ?? 0;
      if (!side.startsWith('raw')) measurements[`${side}, backlog`] = () => contender.drain(events);
      measurements[`${side}, sustained`] = () => contender.sustain(events);
      if (side === 'raw streams') continue;
      measurements[`${side}, p50 from commit to effect`] = async () => {
        const latency = await contender.latency(STEADY_EVENTS, STEADY_PER_SECOND);
        p99.set(side, [...(p99.get(side) ?? []), latency.p99]);
        return latency.p50;
      };
    }
    for (const [means, booking] of [
      [ORDER, order],
      [FILL, inFunction],
      [BY_HAND, byHand],
    ] as const) {
      let overhead: Overhead | undefined;
      measurements[means] = async () => {
        overhead = await publishingOverhead(booking, TRANSACTIONS);
        return overhead.booked;
      };
      measurements[published(means)] = async () => overhead?.published ?? Number.NaN;
    }
    const measured = await inTurn(context, measurements);
    return {
      bench: 'bus',
      machine: machine(),
      rounds: context.rounds,
      rows: [
        ...Object.entries(measured).map(
          ([name, value]): BenchRow => ({
            name,
            value,
            unit: /p50|filled|fill booked/.test(name) ? 'ms' : 'events/s',
          }),
        ),
        ...[...p99].map(
          ([side, [, ...values]]): BenchRow => ({
            name: `${side}, p99 from commit to effect`,
            value: median(values),
            unit: 'ms',
          }),
        ),
      ],
      ratios: ratiosOf(measured).filter(({ value }) => Number.isFinite(value)),
    };
  } finally {
    for (const contender of contenders) contender[Symbol.dispose]();
  }
}

function ratiosOf(measured: Readonly<Record<string, number>>): BenchResult['ratios'] {
  const of = (name: string) => measured[name] ?? Number.NaN;
  const bestPeer = Math.max(...PEERS.map((peer) => of(`${peer}, backlog`)));
  const raw = of('raw pub/sub, sustained');
  return [
    atLeast('ours / raw pub/sub', of('ours, backlog'), raw, 0.45),
    atLeast('ours / best peer', of('ours, backlog'), bestPeer, 2),
    ...OURS.map((ours) =>
      atMost(`${ours}: p50 in units of 10 ms`, of(`${ours}, p50 from commit to effect`), 10, 1),
    ),
    ...[ORDER, FILL, BY_HAND].map((means) =>
      atMost(`${published(means)} / only that`, of(published(means)), of(means), 1.1),
    ),
  ];
}

const published = (means: string) => `${means}, and published`;
