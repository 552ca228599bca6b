import type { Command } from 'commander';
import { EXIT } from './exitCode';
import { createProgram } from './program';
import { runProgram } from './runProgram';

async function main(): Promise<void> {
  const program = await load(process.argv[2]);
  if (program !== undefined) await runProgram(program);
}

/** Node itself would end with 1, which says that the command did its work and found a problem. */
async function load(called?: string): Promise<Command | undefined> {
  try {
    return await createProgram(called);
  } catch (error) {
    const why = error instanceof Error && process.env.TRADING_DEBUG !== undefined ? error.stack : error;
    process.stderr.write(
      `error the command could not be loaded: ${why}\nAfter a change of the checkout, run: npm run setup\n`,
    );
    process.exitCode = EXIT.bug;
    return undefined;
  }
}

void main();
