import { TradingError } from '@trading/model';
import {
  createEmailChannel,
  createSlackChannel,
  createTelegramChannel,
  createWebhookChannel,
  type NotificationChannel,
} from '@trading/notification';
import type { Environment } from './environment';

/**
 * The channels that the environment has what they need for, by the name that alerts give; `log` is always there besides.
 *
 * @throws TradingError `CLI.INVALID_ENVIRONMENT` where one is half set
 */
export function channelsOf(environment: Environment): Record<string, NotificationChannel> {
  const { SMTP_URL: smtp, SMTP_FROM: from, WEBHOOK_SECRET: secret } = environment;
  const { SLACK_WEBHOOK_URL: slack, TELEGRAM_BOT_TOKEN: token, TELEGRAM_BASE_URL: baseUrl } = environment;
  if ((smtp === undefined) !== (from === undefined)) {
    throw new TradingError(
      'CLI.INVALID_ENVIRONMENT',
      'environment: SMTP_URL and SMTP_FROM go together: the mail server, and the sender of its mails',
    );
  }
  return {
    ...(smtp === undefined || from === undefined ? {} : { email: createEmailChannel({ url: smtp, from }) }),
    ...(secret === undefined ? {} : { webhook: createWebhookChannel({ secret }) }),
    ...(slack === undefined ? {} : { slack: createSlackChannel({ webhookUrl: slack }) }),
    ...(token === undefined
      ? {}
      : { telegram: createTelegramChannel({ token, ...(baseUrl === undefined ? {} : { baseUrl }) }) }),
  };
}
