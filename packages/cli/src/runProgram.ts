import { type Command, CommanderError } from 'commander';
import { EXIT } from './exitCode';

/** Runs a program on this process's arguments. Wrong usage exits with 2, as scripts expect; --help and --version with 0. */
export async function runProgram(program: Command): Promise<void> {
  exitByThrowing(program);
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 || error.code === 'commander.help' ? EXIT.ok : EXIT.usage;
  }
}

function exitByThrowing(command: Command): void {
  command.exitOverride();
  for (const subcommand of command.commands) exitByThrowing(subcommand);
}
