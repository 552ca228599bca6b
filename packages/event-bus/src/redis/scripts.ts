import type { RedisConnection } from './connect';

/**
 * Takes the Redis for a system, unless it is another's, and sets the checkpoint of its relay. What the hash holds is only
 * compared later on: it shows that Redis lost nothing since, and that no other relay has moved on.
 *
 * KEYS owner, relay   ARGV the system's id, the checkpoint
 * Returns the owner's id, and the checkpoint that the hash had; empty where it had none.
 */
const BEGIN = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return {owner, ''} end
redis.call('SET', KEYS[1], ARGV[1])
local before = redis.call('HGET', KEYS[2], 'checkpoint')
redis.call('HSET', KEYS[2], 'checkpoint', ARGV[2])
return {ARGV[1], before or ''}`;

/**
 * Moves the streams on by one range of the log, whole or not at all. A relay that was overtaken, and one whose Redis was
 * emptied or taken by another system, adds nothing: the hash is not what it left there. What a stream has is not added
 * again, and not announced again.
 *
 * KEYS owner, relay, stream...   ARGV the system's id, expected checkpoint, reached, how many events at the beginning are not
 * announced because they have been, how many entries a stream keeps, the events, the streams' types
 * The events are one text, a line for each: its stream's number, entry id, envelope. As arguments of their own they would
 * cost either side several times as much to take apart.
 * Returns how many were announced, or false where nothing was done.
 */
const MOVE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
if redis.call('HGET', KEYS[2], 'checkpoint') ~= ARGV[2] then return false end
local unannounced = tonumber(ARGV[4])
local announced = 0
local events = ARGV[6]
local from = 1
while from <= #events do
  local afterNumber = string.find(events, ' ', from, true)
  local afterEntry = string.find(events, ' ', afterNumber + 1, true)
  local lineEnd = string.find(events, '\\n', afterEntry + 1, true)
  local number = tonumber(string.sub(events, from, afterNumber - 1))
  local entry = string.sub(events, afterNumber + 1, afterEntry - 1)
  local envelope = string.sub(events, afterEntry + 1, lineEnd - 1)
  from = lineEnd + 1
  local added = redis.pcall('XADD', KEYS[2 + number], 'MAXLEN', '~', ARGV[5], entry, 'event', envelope)
  local known = type(added) == 'table' and added.err
  if known and not string.find(known, 'equal or smaller', 1, true) then return added end
  if unannounced > 0 then unannounced = unannounced - 1
  elseif not known then
    redis.call('PUBLISH', 'data_sync:' .. ARGV[6 + number], envelope)
    announced = announced + 1
  end
end
redis.call('HSET', KEYS[2], 'checkpoint', ARGV[3])
return announced`;

/** What the relay does in Redis. */
export interface RelayScripts {
  begin(keys: readonly string[], args: readonly string[]): Promise<readonly [owner: string, before: string]>;
  move(keys: readonly string[], args: readonly string[]): Promise<number | null>;
}

/** Registers the relay's scripts with a connection; they are sent whole once and by their digest after that. */
export function relayScripts(connection: RedisConnection): RelayScripts {
  return { begin: define(connection, 'busBegin', BEGIN), move: define(connection, 'busMove', MOVE) };
}

function define<Reply>(connection: RedisConnection, name: string, lua: string) {
  connection.defineCommand(name, { lua });
  // defineCommand adds a method that TypeScript can't know of.
  const method: (numberOfKeys: number, ...keysAndArgs: string[]) => Promise<Reply> = Reflect.get(
    connection,
    name,
  );
  return (keys: readonly string[], args: readonly string[]) =>
    method.call(connection, keys.length, ...keys, ...args);
}
