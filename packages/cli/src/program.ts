import { createRequire } from 'node:module';
import { Command } from 'commander';
import { registerAudit } from './commands/audit';
import { registerBench } from './commands/bench';
import { registerBus } from './commands/bus';
import { registerDemo } from './commands/demo';
import { registerDocs } from './commands/docs';
import { registerDoctor } from './commands/doctor';
import { registerDown } from './commands/down';
import { registerEvents } from './commands/events';
import { registerIngest } from './commands/ingest';
import { registerPartitions } from './commands/partitions';
import { registerPrefect } from './commands/prefect';
import { registerPrisma } from './commands/prisma';
import { registerQuality } from './commands/quality';
import { registerRisk } from './commands/risk';
import { registerRun } from './commands/run';
import { registerStatus } from './commands/status';
import { registerUp } from './commands/up';
import { registerVerify } from './commands/verify';

const { version } = createRequire(__filename)('../package.json') as { version: string };

/** The `trading` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('trading')
    .description('The data backbone of a trading system: servers, data, events and the trading day.')
    .version(version)
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 found a problem, 2 wrong usage, 3 a server is missing, 70 a mistake in the program, 130 interrupted.',
    );
  const commands = [
    registerUp,
    registerDown,
    registerStatus,
    registerDoctor,
    registerDemo,
    registerPrisma,
    registerIngest,
    registerQuality,
    registerPartitions,
    registerRun,
    registerRisk,
    registerVerify,
    registerAudit,
    registerBus,
    registerPrefect,
    registerEvents,
    registerBench,
    registerDocs,
  ];
  for (const register of commands) register(program);
  return program;
}
