import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prismaEnvironment } from '@trading/local';
import type { Command } from 'commander';
import { onAction } from '../command';
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
  onAction(migrate, ({ root }, _options, args) =>
    runPrisma(root, ['migrate', ...(args.length === 0 ? ['deploy'] : args)]),
  );
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
