import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { withNotification } from './withNotification';

/** `trading alerts remove` */
export function registerRemoveAlert(alerts: Command): void {
  const command = alerts
    .command('remove')
    .summary('take an alert away; one that has notified is switched off, its history names it')
    .argument('<alert>', 'its id');
  onAction(withJson(command), (context, _options, [alertId = '']) =>
    withNotification(context, async (service) => {
      const outcome = await service.removeAlert(alertId);
      context.output.result({ alertId, outcome }, () =>
        outcome === 'removed'
          ? `Removed ${alertId}.`
          : `Switched ${alertId} off: it has notified, and its notifications are history.`,
      );
      return undefined;
    }),
  );
}
