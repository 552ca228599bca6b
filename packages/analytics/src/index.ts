export { type AnalyticsClient, createAnalyticsClient } from './client';
