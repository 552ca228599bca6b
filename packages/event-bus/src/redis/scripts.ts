import type { RedisConnection } from './connect';

/**
 * Moves the streams on by one stretch of the log, whole or not at all: entries, each stream's last entry, the place, the
 * announcements. `expected` fences out a relay that believes to lead and no longer does.
 *
 * KEYS relay, stream...   ARGV expected, reached, wake channel, how many events at the beginning are not announced because
 * they have been, the streams' types, then for each event: its stream's number, entry id, envelope
 * Returns the place where it stands afterwards, or false where Redis has lost it.
 */
const MOVE = `
local place = redis.call('HGET', KEYS[1], 'place')
if not place then return false end
if place ~= ARGV[1] then return place end
local seed = redis.call('HGET', KEYS[1], 'seed')
local last = {}
local streams = #KEYS - 1
local announced = tonumber(ARGV[4])
local first = 5 + streams
for i = first, #ARGV, 3 do
  local number = tonumber(ARGV[i])
  local kind = ARGV[4 + number]
  local previous = last[kind] or redis.call('HGET', KEYS[1], 'last:' .. kind) or seed
  local added = redis.pcall('XADD', KEYS[1 + number], ARGV[i + 1], 'event', ARGV[i + 2], 'previous', previous)
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller', 1, true) then
    return added
  end
  last[kind] = ARGV[i + 1]
  if (i - first) / 3 >= announced then redis.call('PUBLISH', 'data_sync:' .. kind, ARGV[i + 2]) end
end
for kind, entry in pairs(last) do redis.call('HSET', KEYS[1], 'last:' .. kind, entry) end
redis.call('HSET', KEYS[1], 'place', ARGV[2])
if streams > 0 then redis.call('PUBLISH', ARGV[3], ARGV[2]) end
return ARGV[2]`;

/**
 * Begins the streams anew behind a place, unless another relay has done so already.
 *
 * KEYS relay, stream...   ARGV place
 * Returns the place where it stands afterwards.
 */
const SEED = `
local place = redis.call('HGET', KEYS[1], 'place')
if place then return place end
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'place', ARGV[1], 'seed', ARGV[1])
return ARGV[1]`;

/** The relay's two steps in Redis. */
export interface RelayScripts {
  move(keys: readonly string[], args: readonly string[]): Promise<string | null>;
  seed(keys: readonly string[], args: readonly string[]): Promise<string>;
}

type Command = (numberOfKeys: number, ...keysAndArgs: string[]) => Promise<string | null>;

/** Registers the scripts with a connection; they are sent whole once and by their digest after that. */
export function relayScripts(connection: RedisConnection): RelayScripts {
  connection.defineCommand('busMove', { lua: MOVE });
  connection.defineCommand('busSeed', { lua: SEED });
  const command = (name: 'busMove' | 'busSeed'): Command => {
    // defineCommand adds methods that TypeScript can't know of.
    const method: Command = Reflect.get(connection, name);
    return (numberOfKeys, ...rest) => method.call(connection, numberOfKeys, ...rest);
  };
  const [move, seed] = [command('busMove'), command('busSeed')];
  return {
    move: (keys, args) => move(keys.length, ...keys, ...args),
    seed: async (keys, args) => (await seed(keys.length, ...keys, ...args)) ?? '',
  };
}
