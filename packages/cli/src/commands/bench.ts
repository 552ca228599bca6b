import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TradingError } from '@trading/model';
import type { Command } from 'commander';
import { onAction } from '../command';
import { runNode } from './runNode';

/** A program of its own: what measures wants test servers and peers, which nobody else needs. */
const BENCHMARKS = resolve(__dirname, '../../../../benchmarks/dist/main.js');

/** `trading bench NAME`: hands over to the benchmarks, where they are. */
export function registerBench(program: Command): void {
  const command = program
    .command('bench')
    .summary('measure against the limit and the peers, side by side in one run')
    .argument('[arguments...]')
    .allowUnknownOption()
    .helpOption(false);
  onAction(command, async ({ root }, _options, args) => {
    if (existsSync(BENCHMARKS)) return await runNode([BENCHMARKS, ...args], root);
    throw new TradingError(
      'CLI.NO_BENCHMARKS',
      'the benchmarks are not installed with the packages: clone the repository and run `npm run bench` there',
    );
  });
}
