export { type Alert, type AlertableType, type AlertDefinition, alertableTypes } from './alert';
export type { UnreadableAlertListener } from './alertRules';
export type { NotificationChannel, NotificationChannels, OutgoingNotification } from './channels/channel';
export {
  createSlackChannel,
  createTelegramChannel,
  type SlackOptions,
  type TelegramOptions,
} from './channels/chat';
export { createEmailChannel, type EmailOptions } from './channels/email';
export { createLogChannel, type NotificationLogger } from './channels/log';
export { createWebhookChannel, type WebhookOptions, webhookSignature } from './channels/webhook';
export { createNotificationClient, type NotificationClient } from './client';
export { type Condition, OPERATORS, type Operator } from './condition';
export type { DeliveryResult } from './delivery';
export type { AlertHandlers } from './raiseAlerts';
export {
  createNotificationService,
  type NotificationService,
  type NotificationServiceOptions,
} from './service';
export type { AlertHistory } from './sql/selectAlertHistory';
export type { StoredAlert } from './sql/selectAlerts';
