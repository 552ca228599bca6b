import { type Layout, layoutOf } from './layout';
import type { RuntimeOptions } from './options';
import { type Progress, silent } from './progress';

/** The runtime's options with every default filled in. */
export interface Context {
  readonly layout: Layout;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly sharedFolder: string | undefined;
}

/** Fills in the defaults. */
export function contextOf(options: RuntimeOptions): Context {
  return {
    layout: layoutOf(options.root, options.project),
    env: options.env ?? process.env,
    progress: options.progress ?? silent,
    sharedFolder: options.sharedFolder,
  };
}
