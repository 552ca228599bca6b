import { isTradingError, TradingError } from '@trading/model';
import { type Arbitrary, asyncProperty, check } from 'fast-check';

/** What takes foreign bytes, and the bytes to give it. */
export interface FuzzTarget<Input> {
  /** The inputs. Small ones are printed whole where the target fails on one, so pieces and counts are better than one long text. */
  readonly inputs: Arbitrary<Input>;
  /**
   * Gives one input to the code under test, and checks what came of it: it may throw a `TradingError` that is no bug of ours; it may
   * not throw anything else.
   */
  take(input: Input): Promise<void> | void;
  /** Closes what `take` used. */
  close?(): Promise<void>;
}

/** What the test that starts a program tells it. */
export interface FuzzSettings {
  readonly target: string;
  readonly seed: number;
  readonly runs: number;
  /** How many reference works' processor time may pass without a turn of the event loop. */
  readonly worksPerTurn: number;
  /** How many one input may take in all. */
  readonly worksPerInput: number;
  /** What the targets need, e.g. the URL of a database. */
  readonly context: Readonly<Record<string, string>>;
}

/** What the program reports: where it is, and how it ended. */
export type FuzzMessage = { readonly run: number } | { readonly failure: string | null };

/** The targets of a program, made when the program has its settings. */
export type FuzzTargets = Readonly<
  Record<
    string,
    (context: Readonly<Record<string, string>>) => FuzzTarget<unknown> | Promise<FuzzTarget<unknown>>
  >
>;

/**
 * The main function of a program that fuzzes: a process of its own, so that code which never returns, or fills the memory, ends this
 * process only. Measures processor time, which stands still while the machine pauses.
 */
export async function runFuzz(targets: FuzzTargets): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? '{}') as FuzzSettings;
  const open = targets[settings.target];
  if (open === undefined) {
    const known = Object.keys(targets).join(', ');
    throw new TradingError(
      'TESTING.NO_SUCH_TARGET',
      `there is no fuzz target '${settings.target}'; there are ${known}`,
      {
        kind: 'bug',
      },
    );
  }
  const target = await open(settings.context);
  let run = 0;
  const outcome = await check(
    asyncProperty(target.inputs, async (input) => {
      tell({ run });
      run += 1;
      await withinBudget(settings, input, () => target.take(input));
    }),
    // Not made smaller: an input that takes seconds would take them hundreds of times.
    { seed: settings.seed, numRuns: settings.runs, endOnFailure: true },
  );
  await target.close?.();
  tell({ failure: outcome.failed ? describe(outcome.counterexample?.[0], outcome.errorInstance) : null });
  process.disconnect?.();
}

function tell(message: FuzzMessage): void {
  process.send?.(message);
}

async function withinBudget(
  { worksPerTurn, worksPerInput }: FuzzSettings,
  input: unknown,
  work: () => Promise<void> | void,
): Promise<void> {
  const began = process.cpuUsage();
  let last = process.cpuUsage();
  let longest = 0;
  const turn = () => {
    longest = Math.max(longest, spentMs(last));
    last = process.cpuUsage();
  };
  const watch = setInterval(() => {
    turn();
    // What goes on and on, but lets others run in between, would end only with the whole program.
    const error = overBudget('it takes', spentMs(began), worksPerInput);
    if (error !== undefined) endWith(describe(input, error));
  }, 5);
  try {
    await work();
  } catch (error) {
    if (!isTradingError(error) || error.kind === 'bug') throw error;
  } finally {
    clearInterval(watch);
    turn();
  }
  const error = overBudget('the event loop stands still for', longest, worksPerTurn);
  if (error !== undefined) throw error;
}

/**
 * Processor time of a fixed piece of work, ms: it grows with whatever else the machine has to do, as that of the code under test
 * does. About 60 ms on a quiet machine.
 */
function referenceMs(): number {
  const began = process.cpuUsage();
  const text = 'reference '.repeat(100_000);
  let sum = 0;
  for (let round = 0; round < 60; round += 1) {
    for (let at = 0; at < text.length; at += 1) sum = (sum + text.charCodeAt(at)) | 0;
  }
  return sum === 0 ? 0 : spentMs(began);
}

let reference = referenceMs();

/** An error where more was spent than so many reference works cost, also now. */
function overBudget(what: string, spent: number, works: number): TradingError | undefined {
  if (spent <= works * reference) return undefined;
  reference = Math.max(reference, referenceMs());
  if (spent <= works * reference) return undefined;
  return new TradingError(
    'TESTING.OVER_BUDGET',
    `${what} ${spent.toFixed(0)} ms of processor time, more than ${works} times the ${reference.toFixed(0)} ms of a reference work`,
    { kind: 'bug' },
  );
}

/** Processor time since `from`, ms. */
function spentMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

function endWith(failure: string): void {
  if (process.send === undefined) throw new TradingError('TESTING.FUZZ_FAILED', failure, { kind: 'bug' });
  process.send({ failure }, () => process.exit(1));
}

const MOST_LETTERS = 1_500;

function describe(input: unknown, error: unknown): string {
  const text =
    JSON.stringify(input, (_name, value) => (typeof value === 'bigint' ? `${value}n` : value)) ?? 'undefined';
  const shown =
    text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}… (${text.length} letters)` : text;
  return `${error instanceof Error ? error.stack : String(error)}\nwith the input ${shown}`;
}
