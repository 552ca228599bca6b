import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, runFolder } from '@trading/testing';
import { createLocalRuntime, type LocalRuntime, type ProgressEvent } from '../src';

/** A repository for a test to run `up` in: this one's programs and schema, with a `.trading` of its own. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  readonly runtime: LocalRuntime;
  /** Everything that the runtime said it did. */
  readonly events: ProgressEvent[];
}

/**
 * @param options.migrations  this repository's own, or files to stand in for them; none unless told, since they take seconds
 * @param options.parent      where to make it; the run's folder unless told
 */
export function makeCheckout(
  options: { migrations?: 'real' | Record<string, string>; parent?: string; sharedFolder?: string } = {},
): Checkout {
  const root = mkdtempSync(join(options.parent ?? runFolder(), 'checkout-'));
  chmodSync(root, 0o755);
  mkdirSync(join(root, 'prisma'));
  const borrow = (path: string) => symlinkSync(join(repositoryRoot(), path), join(root, path));
  for (const path of ['node_modules', 'packages', 'scripts', 'package.json', 'prisma/schema']) borrow(path);
  // A copy, because Prisma looks for the migrations beside the file that a link leads to.
  copyFileSync(join(repositoryRoot(), 'prisma.config.ts'), join(root, 'prisma.config.ts'));
  if (options.migrations === 'real') borrow('prisma/migrations');
  else {
    mkdirSync(join(root, 'prisma', 'migrations'));
    writeFileSync(join(root, 'prisma', 'migrations', 'migration_lock.toml'), 'provider = "postgresql"\n');
    for (const [name, sql] of Object.entries(options.migrations ?? {})) addMigration(root, name, sql);
  }
  const events: ProgressEvent[] = [];
  const runtime = createLocalRuntime({
    root,
    progress: (event) => events.push(event),
    ...(options.sharedFolder === undefined ? {} : { sharedFolder: options.sharedFolder }),
  });
  return {
    root,
    runtime,
    events,
    [Symbol.asyncDispose]: async () => {
      await runtime.down();
    },
  };
}

/** Puts one more migration into a checkout that has its own. */
export function addMigration(root: string, name: string, sql: string): void {
  const folder = join(root, 'prisma', 'migrations', name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'migration.sql'), sql);
}
