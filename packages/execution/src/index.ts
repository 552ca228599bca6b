export { createExecutionClient, type ExecutionClient } from './client';
