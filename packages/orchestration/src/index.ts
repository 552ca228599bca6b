export { createPrefectClient } from './client/prefectClient';
export { flow, skipped, task } from './flows/declare';
export { runFlow } from './flows/runFlow';
export { createPrefectServer } from './server/prefectServer';
