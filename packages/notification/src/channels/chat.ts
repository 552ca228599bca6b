import type { NotificationChannel } from './channel';
import { post } from './post';

/** Where Slack takes messages for one channel of it. */
export interface SlackOptions {
  /** The URL of an incoming webhook: who has it may write, so it is a secret. */
  readonly webhookUrl: string;
}

/** The channel that writes to one channel of Slack by its incoming webhook; alerts name no recipients. */
export function createSlackChannel({ webhookUrl }: SlackOptions): NotificationChannel {
  return {
    send: ({ message }, signal) =>
      post({ to: 'Slack', url: webhookUrl, body: JSON.stringify({ text: escapeSlack(message) }), signal }),
  };
}

/** How Telegram is reached. */
export interface TelegramOptions {
  /** The bot's token, from BotFather. */
  readonly token: string;
  /** Another server of the same form; Telegram's own unless given. */
  readonly baseUrl?: string;
}

/** The most characters that Telegram takes in one message. */
const TELEGRAM_LENGTH = 4_096;

/** The channel by which a bot writes to its alerts' recipients, which are ids of chats that the bot is in. */
export function createTelegramChannel({
  token,
  baseUrl = 'https://api.telegram.org',
}: TelegramOptions): NotificationChannel {
  return {
    recipient: "a chat's id, or @name of a channel",
    recipientProblem: (recipient) =>
      /^(-?\d+|@\w+)$/.test(recipient) ? undefined : 'must be the id of a chat, or @name of a channel',
    async send({ message, recipients }, signal) {
      const text = message.slice(0, TELEGRAM_LENGTH);
      const url = `${baseUrl}/bot${token}/sendMessage`;
      await Promise.all(
        recipients.map((chat) =>
          post({ to: 'Telegram', url, body: JSON.stringify({ chat_id: chat, text }), signal }),
        ),
      );
    },
  };
}

/** Slack reads these three as markup: `<!channel>` in a message would call everyone. */
function escapeSlack(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
