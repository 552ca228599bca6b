export type { LastStatement } from './commitTogether';
export { binaryArray } from './copy/binaryArray';
export { CopyDecoder } from './copy/copyDecoder';
export { CopyEncoder } from './copy/copyEncoder';
export { copyIn } from './copy/copyIn';
export { copyOut } from './copy/copyOut';
export { areTicks, TICKS_PER_UNIT, type Ticks, ticksToText, toTicks } from './copy/ticks';
export { isolationDocument } from './isolation/document';
export { grantsSql, rolesSql } from './isolation/grants';
export {
  type Access,
  type ColumnRights,
  FUNCTIONS,
  type FunctionRule,
  TABLES,
  type TableRule,
  VERBS,
  type Verb,
} from './isolation/matrix';
export { normalizeError } from './normalizeError';
export { sendTogether, setPipeline } from './pipeline';
export {
  BUS_POOL_MAX,
  createServicePool,
  POOL_DEFAULTS,
  type PoolFigures,
  poolMax,
  ServicePool,
  type ServicePoolOptions,
} from './pool';
export { isPooled, requireSessionPooling } from './pooling';
export { createScopedClient, type ScopedClientOptions } from './scopedClient';
export {
  OWNER_ROLE,
  PREFECT_DATABASE,
  PREFECT_ROLE,
  SERVICE_NAMES,
  SERVICES,
  type ServiceName,
  TRADING_DATABASE,
} from './services';
export {
  clientSql,
  type PrismaSqlRunner,
  poolSql,
  prismaSql,
  type Sql,
  sendLast,
  type Transaction,
} from './sql';
export { commit, inTransaction, type TransactionOptions } from './transaction';
