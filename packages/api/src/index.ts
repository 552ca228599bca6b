export type { Keys, MadeKey, NewKey } from './access/keys';
export { SCOPES, type Scope } from './access/principal';
export type { BacktestRunner } from './backtests/backtests';
export { type ApiClient, createApiClient } from './client';
export type { SystemFacts } from './routes/tools';
export { apiDescription } from './server/apiDescription';
export {
  type ApiAccess,
  type ApiOptions,
  type ApiServer,
  createApiAccess,
  type ListenOptions,
  serveApi,
} from './service';
export type { ListedKey } from './sql/keys';
