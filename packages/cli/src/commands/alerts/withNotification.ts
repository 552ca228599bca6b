import { createLogSink } from '@trading/logging';
import { createLogChannel, createNotificationService, type NotificationService } from '@trading/notification';
import type { CommandContext } from '../../context';
import { openServicePool } from '../openServicePool';

/** Does some work with the notification service, on the channels of this environment. */
export async function withNotification(
  context: CommandContext,
  work: (service: NotificationService) => Promise<number | undefined>,
): Promise<number | undefined> {
  const { channels } = await context.installation();
  await using pool = await openServicePool(context, 'notification');
  await using logging = await openServicePool(context, 'logging');
  const sink = createLogSink({ pool: logging, service: 'notification' });
  try {
    return await work(
      createNotificationService({ pool, channels: { log: createLogChannel(sink), ...channels } }),
    );
  } finally {
    await sink.close();
  }
}
