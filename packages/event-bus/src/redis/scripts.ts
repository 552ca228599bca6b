import type { RedisConnection } from './connect';

/**
 * Moves the streams on by one stretch of the log, whole or not at all: entries, each stream's last entry, the place, the
 * announcements. `expected` fences out a relay that believes to lead and no longer does.
 *
 * KEYS relay, stream...   ARGV expected, reached, wake channel, how many events at the beginning are not announced because
 * they have been, the events, the streams' types
 * The events are one text, a line for each: its stream's number, entry id, envelope. As arguments of their own they would
 * cost either side several times as much to take apart.
 * Returns the place where it stands afterwards, or false where Redis has lost it.
 */
const MOVE = `
local place = redis.call('HGET', KEYS[1], 'place')
if not place then return false end
if place ~= ARGV[1] then return place end
local seed = redis.call('HGET', KEYS[1], 'seed')
local last = {}
local unannounced = tonumber(ARGV[4])
local events = ARGV[5]
local from = 1
while from <= #events do
  local afterNumber = string.find(events, ' ', from, true)
  local afterEntry = string.find(events, ' ', afterNumber + 1, true)
  local lineEnd = string.find(events, '\\n', afterEntry + 1, true)
  local number = tonumber(string.sub(events, from, afterNumber - 1))
  local entry = string.sub(events, afterNumber + 1, afterEntry - 1)
  local envelope = string.sub(events, afterEntry + 1, lineEnd - 1)
  from = lineEnd + 1
  local kind = ARGV[5 + number]
  local previous = last[kind] or redis.call('HGET', KEYS[1], 'last:' .. kind) or seed
  local added = redis.pcall('XADD', KEYS[1 + number], entry, 'event', envelope, 'previous', previous)
  if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller', 1, true) then
    return added
  end
  last[kind] = entry
  if unannounced > 0 then unannounced = unannounced - 1
  else redis.call('PUBLISH', 'data_sync:' .. kind, envelope) end
end
for kind, entry in pairs(last) do redis.call('HSET', KEYS[1], 'last:' .. kind, entry) end
redis.call('HSET', KEYS[1], 'place', ARGV[2])
if #KEYS > 1 then redis.call('PUBLISH', ARGV[3], ARGV[2]) end
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

/**
 * Reads the streams of some types behind a place, and what the relay's hash says, at one moment.
 *
 * KEYS relay, stream...   ARGV after, how many entries of each stream at most, how many bytes of each, the streams' types
 * Returns the relay's place and seed, then for each stream: its last entry by the hash, whether it was cut off, and its
 * entries as one text, a line for each: id, the entry before it, envelope; the id alone where it is not one of ours.
 */
const READ = `
local names = {}
for i = 4, #ARGV do names[#names + 1] = 'last:' .. ARGV[i] end
local found = redis.call('HMGET', KEYS[1], 'place', 'seed', unpack(names))
local reply = {found[1], found[2]}
local limit, most = tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 2, #KEYS do
  local parts, count, from, bytes, cut = {}, 0, '(' .. ARGV[1], 0, 0
  local wanted, entries
  repeat
    wanted = math.min(100, limit - count)
    entries = redis.call('XRANGE', KEYS[i], from, '+', 'COUNT', wanted)
    for n = 1, #entries do
      local fields = entries[n][2]
      local at = #parts
      parts[at + 1] = entries[n][1]
      if fields[1] == 'event' and fields[3] == 'previous' then
        parts[at + 2] = ' '
        parts[at + 3] = fields[4]
        parts[at + 4] = ' '
        parts[at + 5] = fields[2]
        parts[at + 6] = '\\n'
        bytes = bytes + #fields[2]
      else parts[at + 2] = '\\n' end
    end
    count = count + #entries
    if #entries > 0 then from = '(' .. entries[#entries][1] end
    if count >= limit or bytes >= most then cut = 1 end
  until cut == 1 or #entries < wanted
  reply[#reply + 1] = found[i + 1]
  reply[#reply + 1] = cut
  reply[#reply + 1] = table.concat(parts)
end
return reply`;

/** What the relay does in Redis. */
export interface RelayScripts {
  move(keys: readonly string[], args: readonly string[]): Promise<string | null>;
  seed(keys: readonly string[], args: readonly string[]): Promise<string>;
}

/** What readers do there. */
export type ReadScript = (
  keys: readonly string[],
  args: readonly string[],
) => Promise<readonly (string | number | null)[]>;

/** Registers the relay's scripts with a connection; they are sent whole once and by their digest after that. */
export function relayScripts(connection: RedisConnection): RelayScripts {
  const move = define<string | null>(connection, 'busMove', MOVE);
  const seed = define<string | null>(connection, 'busSeed', SEED);
  return { move, seed: async (keys, args) => (await seed(keys, args)) ?? '' };
}

/** Likewise the reader's. */
export function readScript(connection: RedisConnection): ReadScript {
  return define(connection, 'busRead', READ);
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
