export { databaseUrlOf } from '@trading/schema-engine';
export { withConnection } from './adminConnection';
export { writeFileAtomic } from './atomicFile';
export type { Check } from './checks/check';
export { childEnvironment, NETWORK } from './childEnvironment';
export { type Cluster, dataFolder } from './cluster/cluster';
export { initCluster } from './cluster/initCluster';
export { findPostmaster, type Postmaster } from './cluster/postmaster';
export { MAX_CONNECTIONS } from './cluster/settings';
export { type StartedCluster, startCluster } from './cluster/startCluster';
export { type StopMode, stopCluster } from './cluster/stopCluster';
export { type Connection, credentialsOf, readConnection, type ServerMode } from './connection';
export { passwordOf, redactUrl, serverOf, withLogin } from './connectionUrl';
export { type Credentials, generateCredentials, generatePassword } from './credentials';
export { deployMigrations } from './deployMigrations';
export type { Doctor } from './doctor';
export { type Layout, layoutOf, PACKAGED_PROJECT } from './layout';
export { openCluster } from './localCluster';
export { acquireLock, type Lock, withLock } from './lock';
export {
  type MigrationStatus,
  readMigrationFiles,
  readMigrationStatus,
  requireKnownMigrations,
} from './migrations';
export type { DownResult, RuntimeOptions, UpOptions, UpResult } from './options';
export { findFreePort, isPortFree, LOOPBACK } from './ports';
export { findProcess } from './processIdentity';
export type { Progress, ProgressEvent } from './progress';
export { provision, TRADING_CONNECTORS } from './provision';
export { findRedisProgram, type RedisServer, startRedis, stopRedis } from './redisServer';
export type { RedisUrls } from './redisUsers';
export { prismaEnvironment, prismaProgram, runPrisma } from './runPrisma';
export { createLocalRuntime, type LocalRuntime } from './runtime';
export { alterDatabaseTimezone, restrictConnect } from './sql/alterDatabase';
export { createDatabase, dropDatabase } from './sql/createDatabase';
export { localConnection } from './startLocal';
export type { DatabaseStatus, RedisUserStatus, RoleStatus, RuntimeStatus, ServerStatus } from './status';
export { systemCode } from './systemError';
export { withThrowawayServer } from './throwawayServer';
