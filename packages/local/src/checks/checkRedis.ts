import { MINIMUM_REDIS_VERSION, readRedisFacts } from '../redisClient';
import { redisProblem } from '../redisServer';
import { messageOf } from '../systemError';
import { type CheckGroup, check, failing, passing } from './check';

/** Redis, where there is to be one: to do without is not a fault. */
export const checkRedis: CheckGroup = async ({ layout }, connection) => {
  if (connection?.redisUrl === undefined) {
    return [passing('redis', 'none: events are not announced to programs outside')];
  }
  const problem = connection.redisManaged === true ? await redisProblem(layout.redis) : undefined;
  if (problem !== undefined) return [failing('redis', problem, 'Run `trading up`')];
  try {
    const { version } = await readRedisFacts(connection.redisUrl);
    return [
      passing('redis', 'answers'),
      ...(connection.redisManaged === true && connection.redisListenerUrl === undefined
        ? [failing('redis users', 'one password may do everything in Redis', 'Run `trading up`')]
        : []),
      check(
        'redis version',
        Number(version.split('.')[0]) >= MINIMUM_REDIS_VERSION,
        `Redis ${version}`,
        `Use Redis ${MINIMUM_REDIS_VERSION} or newer`,
      ),
    ];
  } catch (error) {
    const fix =
      connection.redisManaged === true
        ? 'Run `trading up`'
        : 'Start that server, or run `trading up --no-redis`';
    return [failing('redis', messageOf(error), fix)];
  }
};
