import {
  databaseUrlOf,
  layoutOf,
  prismaEnvironment,
  prismaProgram,
  readMigrationStatus,
  requireKnownMigrations,
} from '@trading/local';
import type { Command } from 'commander';
import { onAction } from '../command';
import type { CommandContext } from '../context';
import { requireCheckout } from '../folders';
import { runNode } from './runNode';

/** What leaves schema and migrations as they are, and so works on those of installed packages too. */
const READS_FILES_ONLY = ['status', 'resolve', 'diff', '--help', '-h'];

/** `trading migrate`: Prisma's own command on this checkout's database. */
export function registerMigrate(program: Command): void {
  const migrate = program
    .command('migrate')
    .summary('prisma migrate: deploy by default (dev, status, reset, diff, resolve)')
    .description(
      'Runs `prisma migrate` with these arguments on the database of this checkout; `deploy` without any.',
    )
    .argument('[arguments...]')
    .allowUnknownOption();
  onAction(migrate, async (context, _options, args) => {
    const [command = 'deploy', ...rest] = args;
    if (command === 'deploy') await refuseUnknownHistory(context);
    else if (!READS_FILES_ONLY.includes(command)) requireCheckout(context, `trading migrate ${command}`);
    return runPrisma(context, ['migrate', command, ...rest]);
  });
}

/** As `up` does. A database that can't be reached or read is Prisma's to report. */
async function refuseUnknownHistory({ root, project }: CommandContext): Promise<void> {
  const url = databaseUrlOf(root);
  if (url === undefined) return;
  const { migrations } = layoutOf(root, project);
  const status = await readMigrationStatus(url, migrations).catch(() => undefined);
  if (status !== undefined) requireKnownMigrations(status);
}

/** `trading studio`: the same for Prisma's browser. */
export function registerStudio(program: Command): void {
  const studio = program
    .command('studio')
    .summary('browse the database in Prisma Studio')
    .description('Runs `prisma studio` with these arguments on the database of this checkout.')
    .argument('[arguments...]')
    .allowUnknownOption();
  onAction(studio, (context, _options, args) => runPrisma(context, ['studio', ...args]));
}

function runPrisma({ root, project }: CommandContext, args: readonly string[]): Promise<number> {
  const env = { ...prismaEnvironment(process.env), TRADING_ROOT: root };
  return runNode([prismaProgram(), ...args], project, env);
}
