import { createRequire } from 'node:module';
import { join } from 'node:path';
import { layoutOf, prismaEnvironment, readMigrationStatus, requireKnownMigrations } from '@trading/local';
import type { Command } from 'commander';
import { onAction } from '../command';
import type { CommandContext } from '../context';
import { runNode } from './runNode';

/** `trading migrate`: Prisma's own command on this checkout's database. */
export function registerMigrate(program: Command): void {
  const migrate = program
    .command('migrate')
    .summary('prisma migrate: deploy unless told otherwise (dev, status, reset, diff, resolve)')
    .description(
      'Runs `prisma migrate` with these arguments on the database of this checkout; `deploy` without any.',
    )
    .argument('[arguments...]')
    .allowUnknownOption();
  onAction(migrate, async (context, _options, args) => {
    const [command = 'deploy', ...rest] = args;
    if (command === 'deploy') await refuseUnknownHistory(context);
    return runPrisma(context.root, ['migrate', command, ...rest]);
  });
}

/** As `up` does. A database that can't be reached or read is Prisma's to report. */
async function refuseUnknownHistory({ root, environment, runtime }: CommandContext): Promise<void> {
  const connection = await runtime.connection();
  const given = environment.DATABASE_URL;
  // The same choice as in prisma.config.ts: the administrator's login stands for what `up` made of it.
  const url = given === undefined || isSameLogin(given, connection?.adminUrl) ? connection?.ownerUrl : given;
  if (url === undefined) return;
  const status = await readMigrationStatus(url, layoutOf(root).migrations).catch(() => undefined);
  if (status !== undefined) requireKnownMigrations(status);
}

function isSameLogin(url: string, other: string | undefined): boolean {
  if (other === undefined) return false;
  const [one, two] = [new URL(url), new URL(other)];
  return one.host === two.host && one.username === two.username;
}

/** `trading studio`: the same for Prisma's browser. */
export function registerStudio(program: Command): void {
  const studio = program
    .command('studio')
    .summary('browse the database in Prisma Studio')
    .description('Runs `prisma studio` with these arguments on the database of this checkout.')
    .argument('[arguments...]')
    .allowUnknownOption();
  onAction(studio, ({ root }, _options, args) => runPrisma(root, ['studio', ...args]));
}

function runPrisma(root: string, args: readonly string[]): Promise<number> {
  const prisma = createRequire(join(root, 'package.json')).resolve('prisma/build/index.js');
  return runNode([prisma, ...args], root, prismaEnvironment(process.env));
}
