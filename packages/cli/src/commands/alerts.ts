import type { Command } from 'commander';
import { registerDefineAlert } from './alerts/define';
import { registerListAlerts } from './alerts/list';
import { registerRemoveAlert } from './alerts/remove';
import { registerTestAlert } from './alerts/test';

/** `trading alerts`: who is told of what, and how. */
export function registerAlerts(program: Command): void {
  const alerts = program.command('alerts').summary('who is told of which events, and by which channel');
  registerListAlerts(alerts);
  registerDefineAlert(alerts, 'add');
  registerDefineAlert(alerts, 'edit');
  registerRemoveAlert(alerts);
  registerTestAlert(alerts);
}
