import { type Connection, readConnection } from './connection';
import { type Context, contextOf } from './context';
import { type Doctor, examine } from './doctor';
import { down } from './down';
import type { DownResult, RuntimeOptions, UpOptions, UpResult } from './options';
import { isTaken, rememberedRedis } from './redisServer';
import { type RuntimeStatus, readStatus } from './status';
import { up } from './up';

/** The servers of one repository. */
export interface LocalRuntime {
  /** See `up`: brings everything up, or finds it up. */
  up(options?: UpOptions): Promise<UpResult>;
  /** Stops what `up` started, loses nothing. */
  down(): Promise<DownResult>;
  /** What is there and how to reach it; passwords only with `secrets`. Reads only, and never fails for a server that is down. */
  status(options?: { secrets?: boolean }): Promise<RuntimeStatus>;
  /** Everything that could be wrong, each with what to do about it. Never throws. */
  doctor(): Promise<Doctor>;
  /** What `up` wrote down, passwords included: for connecting, not for showing. Undefined before the first `up`. */
  connection(): Promise<Connection | undefined>;
}

/**
 * Where another program has the port of our Redis, its URLs are left out: Redis asks for passwords in the clear and proves
 * nothing itself. Events go by way of PostgreSQL then, until `up` starts Redis on another port.
 */
async function withoutForeignRedis(
  { layout }: Context,
  connection: Connection | undefined,
): Promise<Connection | undefined> {
  if (connection?.redisUrl === undefined || connection.redisManaged !== true) return connection;
  const remembered = await rememberedRedis(layout.redis);
  const taken = remembered !== undefined && (await isTaken(remembered));
  return taken
    ? { ...connection, redisUrl: undefined, redisListenerUrl: undefined, redisManaged: undefined }
    : connection;
}

/** The runtime of the repository at `options.root`. Nothing is started or written before `up`. */
export function createLocalRuntime(options: RuntimeOptions): LocalRuntime {
  const context = contextOf(options);
  return {
    up: (upOptions = {}) => up(context, upOptions),
    down: () => down(context),
    status: (statusOptions = {}) => readStatus(context, statusOptions),
    doctor: () => examine(context),
    connection: async () => withoutForeignRedis(context, await readConnection(context.layout)),
  };
}
