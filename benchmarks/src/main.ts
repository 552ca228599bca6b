import { EXIT, onAction, runProgram, textTable, withJson } from '@trading/cli';
import { TradingError } from '@trading/model';
import { Command, InvalidArgumentError } from 'commander';
import { BENCHMARKS, runBenchmark } from './index';
import type { BenchResult } from './result';

/** `trading bench NAME`: one benchmark, in one form whatever it measures. */
function benchProgram(): Command {
  const command = new Command('trading bench')
    .description(
      `Runs a benchmark on a server of its own and prints medians and ratios. Exits 1 where a goal was missed.\n\n` +
        BENCHMARKS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n'),
    )
    .argument('<name>', BENCHMARKS.map(({ name }) => name).join(', '))
    .option('--rounds <n>', 'how many rounds to take the median of', parseCount)
    .option('--rows <n>', 'how many rows a benchmark of growth fills tables to', parseCount)
    .option('--symbols <n,...>', 'of how many symbols the pipeline is measured, e.g. 25,100', parseCounts)
    .option('--bars <n>', 'how many bars of each symbol the pipeline handles', parseCount);
  onAction<{ rounds?: number; rows?: number; symbols?: number[]; bars?: number }>(
    withJson(command),
    async ({ output, signal }, options, [name]) => {
      const benchmark = BENCHMARKS.find((candidate) => candidate.name === name);
      if (benchmark === undefined) {
        const names = BENCHMARKS.map((candidate) => candidate.name).join(', ');
        throw new TradingError(
          'CLI.UNKNOWN_BENCHMARK',
          `there is no benchmark '${name}'; there are ${names}`,
        );
      }
      const rounds = options.rounds ?? benchmark.defaultRounds;
      const result = await runBenchmark(benchmark, {
        rounds,
        ...(options.rows === undefined ? {} : { rows: options.rows }),
        ...(options.symbols === undefined ? {} : { symbols: options.symbols }),
        ...(options.bars === undefined ? {} : { bars: options.bars }),
        signal,
        progress: (message) => output.say(message),
      });
      output.result(result, () => benchText(result));
      return result.ratios.some(({ met }) => met === false) ? EXIT.problem : EXIT.ok;
    },
  );
  return command;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return count;
}

function parseCounts(text: string): number[] {
  return text.split(',').map(parseCount);
}

function benchText({ bench, machine, rounds, rows, ratios }: BenchResult): string {
  const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  return [
    `${bench}: medians of ${rounds} rounds on ${machine}`,
    textTable(
      ['what', 'value', 'unit'],
      rows.map(({ name, value, unit }) => [name, figure(value), unit]),
    ),
    textTable(
      ['ratio', 'value', 'goal', ''],
      ratios.map(({ name, value, goal, met }) => [
        name,
        figure(value),
        goal === null ? '' : figure(goal),
        met === null ? '' : met ? 'met' : 'MISSED',
      ]),
    ),
  ].join('\n\n');
}

void runProgram(benchProgram());
