import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const NAMES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `trading.config.${ending}`);

/**
 * Where the config is: the one that is named, or else `trading.config.ts` (or `.js`, ...) in the working folder or the
 * nearest one above it, or else in the checkout. Undefined where there is none.
 */
export function findConfig(root: string, named: string | undefined): string | undefined {
  if (named !== undefined) return resolve(named);
  for (let at = process.cwd(); ; at = dirname(at)) {
    const found = configIn(at);
    if (found !== undefined) return found;
    if (dirname(at) === at) return configIn(root);
  }
}

function configIn(folder: string): string | undefined {
  return NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
}
