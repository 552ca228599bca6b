import type { Command } from 'commander';
import { registerApplyActions } from './actions/apply';
import { registerListActions } from './actions/list';
import { registerRecordActions } from './actions/record';

/** `trading actions`: what companies did to their shares, and what that makes of positions. */
export function registerActions(program: Command): void {
  const actions = program
    .command('actions')
    .summary('splits, dividends and other corporate actions: list, add, fetch, import, cancel, apply');
  registerListActions(actions);
  registerRecordActions(actions);
  registerApplyActions(actions);
}
