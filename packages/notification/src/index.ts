export { createNotificationClient, type NotificationClient } from './client';
