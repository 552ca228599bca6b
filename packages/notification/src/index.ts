export { type Alert, type AlertableType, type AlertDefinition, alertableTypes } from './alert';
export type { UnreadableAlertListener } from './alertRules';
export {
  createLogChannel,
  type NotificationChannel,
  type NotificationLogger,
  type OutgoingNotification,
} from './channel';
export { createNotificationClient, type NotificationClient } from './client';
export { type Condition, OPERATORS, type Operator } from './condition';
export type { DeliveryResult } from './delivery';
export type { AlertHandlers } from './raiseAlerts';
export {
  createNotificationService,
  type NotificationService,
  type NotificationServiceOptions,
} from './service';
export type { StoredAlert } from './sql/selectAlerts';
