import { type Command, CommanderError } from 'commander';
import { EXIT } from './exitCode';
import { createProgram } from './program';

async function main(): Promise<void> {
  const program = await load(process.argv[2]);
  if (program === undefined) return;
  // Wrong usage exits with 2, as scripts expect; --help and --version with 0.
  exitByThrowing(program);
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 || error.code === 'commander.help' ? EXIT.ok : EXIT.usage;
  }
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

function exitByThrowing(command: Command): void {
  command.exitOverride();
  for (const subcommand of command.commands) exitByThrowing(subcommand);
}

void main();
