export { createLoggingClient, type LoggingClient } from './client';
