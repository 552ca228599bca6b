import type { AlertHistory, StoredAlert } from '@trading/notification';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { textTable } from '../../output';
import { withNotification } from './withNotification';

/** `trading alerts list` */
export function registerListAlerts(alerts: Command): void {
  const command = alerts
    .command('list')
    .summary('every alert, and what became of its notifications')
    .description(
      'A notification that can not be sent is tried 24 times, over an hour and more, and then counts as failed. One whose channel\n' +
        'this environment does not have waits for a process that has it.',
    );
  onAction(withJson(command), (context) =>
    withNotification(context, async (service) => {
      const [stored, histories] = await Promise.all([service.listAlerts(), service.history()]);
      const listed = stored.map((alert) => ({
        ...alert,
        notifications: histories.find(({ alertId }) => alertId === alert.alertId) ?? null,
      }));
      context.output.result({ alerts: listed }, () =>
        listed.length === 0 ? 'There is no alert: `npx trading alerts add` makes one.' : listText(listed),
      );
      return undefined;
    }),
  );
}

function listText(
  alerts: readonly (StoredAlert & { readonly notifications: AlertHistory | null })[],
): string {
  const counts = ({ sent, pending, failed, throttled }: AlertHistory) =>
    Object.entries({ sent, pending, failed, throttled })
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  return textTable(
    ['alert', 'name', 'event', 'channel', 'to', '', 'notifications', 'last problem'],
    alerts.map(({ alertId, name, eventType, channel, recipients, active, notifications }) => [
      alertId,
      name,
      eventType,
      channel,
      recipients.join(', '),
      active ? '' : 'off',
      notifications === null ? 'none' : counts(notifications),
      notifications?.error ?? '',
    ]),
  );
}
