import { eventTypes, fillLog } from './bus/backlog';
import { type BusServers, startBusServers } from './bus/busServers';
import { ANNOUNCED, Contender } from './bus/contender';
import { CLOSING, operationsMs } from './bus/operations';
import { groupOf } from './bus/ours';
import { inTurn } from './inTurn';
import { atLeast, atMost, type BenchContext, type BenchResult, type BenchRow, machine } from './result';

const OURS = ['ours', ANNOUNCED] as const;
const TYPES = [1, 4, 16] as const;
const GROUPS = [1, 3, 7] as const;
/** A multiple of all of them, in transactions of a thousand. */
const BACKLOG = 64_000;
const BACKLOG_A_GROUP: Readonly<Record<(typeof GROUPS)[number], number>> = {
  1: 64_000,
  3: 24_000,
  7: 12_000,
};
const SIZES = [100_000, 1_000_000] as const;
/** What counts as flat on a machine that others use too. */
const FLAT = 0.8;
/** Likewise of times of a few milliseconds. */
const FLAT_MS = 2;

/**
 * How the bus grows: a backlog worked off with more event types, with more groups, and behind ever more events in the log;
 * and what an operator waits for then.
 */
export async function runBusGrowth(context: BenchContext): Promise<BenchResult> {
  await using servers = await startBusServers();
  const contenders = OURS.map((side) => new Contender(side, servers, undefined));
  try {
    const wider = await inTurn(context, typesAndGroups(servers, contenders));
    const { rates, asked } = await throughHistory(context, servers, contenders);
    const measured = { ...wider, ...rates };
    return {
      bench: 'bus-growth',
      machine: machine(),
      rounds: context.rounds,
      rows: [
        ...Object.entries(measured).map(
          ([name, value]): BenchRow => ({ name, value, unit: /type/.test(name) ? 'events/s' : 'effects/s' }),
        ),
        ...Object.entries(asked).map(([name, value]): BenchRow => ({ name, value, unit: 'ms' })),
      ],
      ratios: [
        ...OURS.flatMap((side) => ratiosOf(side, sizesOf(context), measured)),
        ...operationRatios(sizesOf(context), asked),
      ],
    };
  } finally {
    for (const contender of contenders) contender[Symbol.dispose]();
  }
}

function typesAndGroups(servers: BusServers, contenders: readonly Contender[]) {
  const measurements: Record<string, () => Promise<number>> = {};
  for (const contender of contenders) {
    for (const count of TYPES) {
      const { all, heard } = eventTypes(count);
      measurements[named(contender.side, plural(count, 'event type'))] = async () => {
        await servers.empty();
        await fillLog(servers.admin, BACKLOG, all);
        const effects = (BACKLOG / count) * heard.length;
        // Types that nobody here knows are read past: they count as events, and have no effect.
        return (count / heard.length) * (await contender.drainPublished(effects, { types: heard }));
      };
    }
    for (const groups of GROUPS) {
      measurements[named(contender.side, plural(groups, 'group'))] = async () => {
        await servers.empty();
        await fillLog(servers.admin, BACKLOG_A_GROUP[groups], eventTypes(1).all);
        return contender.drainPublished(BACKLOG_A_GROUP[groups] * groups, { groups });
      };
    }
  }
  return measurements;
}

/** The log only grows here: each round works off what was published last, behind all that was there before. */
async function throughHistory(
  context: BenchContext,
  servers: BusServers,
  contenders: readonly Contender[],
): Promise<{ readonly rates: Record<string, number>; readonly asked: Record<string, number> }> {
  const rates: Record<string, number> = {};
  const asked: Record<string, number> = {};
  const { all } = eventTypes(1);
  let filled = 0;
  await servers.empty();
  for (const rows of sizesOf(context)) {
    context.progress(`filling the log to ${rows} events`);
    await fillLog(servers.admin, rows - filled, all);
    filled = rows;
    const measurements = contenders.map((contender) => [
      named(contender.side, behind(rows)),
      async () => {
        await servers.beginAtEnd(groupOf(0));
        await fillLog(servers.admin, BACKLOG, all);
        return contender.drainPublished(BACKLOG, {});
      },
    ]);
    Object.assign(rates, await inTurn(context, Object.fromEntries(measurements)));
    context.progress(`asking about the log of ${rows} events`);
    for (const [name, ms] of Object.entries(await operationsMs(servers, groupOf(0))))
      asked[named(name, behind(rows))] = ms;
  }
  return { rates, asked };
}

function ratiosOf(
  side: string,
  sizes: readonly number[],
  measured: Readonly<Record<string, number>>,
): BenchResult['ratios'] {
  const compare = (more: string, few: string) =>
    atLeast(
      `${side}: ${more} / ${few}`,
      measured[named(side, more)] ?? Number.NaN,
      measured[named(side, few)] ?? Number.NaN,
      FLAT,
    );
  const [fewest = 0, ...larger] = sizes;
  return [
    compare('4 event types', '1 event type'),
    compare('16 event types', '1 event type'),
    compare('3 groups', '1 group'),
    compare('7 groups', '1 group'),
    ...larger.map((rows) => compare(behind(rows), behind(fewest))),
  ];
}

/** Closing a partition reads it once, so it grows with the partition; everything else is to stay what it is. */
function operationRatios(
  [fewest = 0, ...larger]: readonly number[],
  asked: Readonly<Record<string, number>>,
): BenchResult['ratios'] {
  const names = new Set(Object.keys(asked).map((name) => name.slice(0, name.indexOf(','))));
  names.delete(CLOSING);
  return [...names].flatMap((name) =>
    larger.map((rows) =>
      atMost(
        `${name}: ${behind(rows)} / ${behind(fewest)}`,
        asked[named(name, behind(rows))] ?? Number.NaN,
        asked[named(name, behind(fewest))] ?? Number.NaN,
        FLAT_MS,
      ),
    ),
  );
}

const behind = (rows: number) => `behind ${rows} events`;
const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
const named = (side: string, what: string) => `${side}, ${what}`;

function sizesOf({ rows }: BenchContext): readonly number[] {
  return rows === undefined ? SIZES : [...SIZES.filter((size) => size < rows), rows];
}
