import { CommanderError } from 'commander';
import { EXIT } from './exitCode';
import { createProgram } from './program';

async function main(): Promise<void> {
  const program = createProgram();
  // Wrong usage exits with 2, as scripts expect; --help and --version with 0.
  for (const command of [program, ...program.commands]) command.exitOverride();
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 || error.code === 'commander.help' ? EXIT.ok : EXIT.usage;
  }
}

void main();
