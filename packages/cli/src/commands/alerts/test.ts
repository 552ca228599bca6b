import { isTradingError } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { withNotification } from './withNotification';

/** `trading alerts test` */
export function registerTestAlert(alerts: Command): void {
  const command = alerts
    .command('test')
    .summary('send a notification that says it is a test, now; exits 1 where it does not go out')
    .argument('<alert>', 'its id');
  onAction(withJson(command), (context, _options, [alertId = '']) =>
    withNotification(context, async (service) => {
      const { channel, recipients } = await service.getAlert(alertId);
      try {
        await service.testAlert(alertId);
      } catch (error) {
        if (!isTradingError(error)) throw error;
        context.output.result(
          { alertId, sent: false, reason: error.message },
          () => `Not sent: ${error.message}`,
        );
        return EXIT.problem;
      }
      context.output.result(
        { alertId, sent: true },
        () => `Sent by ${channel}${recipients.length === 0 ? '' : ` to ${recipients.join(', ')}`}.`,
      );
      return EXIT.ok;
    }),
  );
}
