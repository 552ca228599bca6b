/**
 * Hears events as they happen, and reads a stream from its beginning: a program of its own that needs nothing of this
 * project, only a Redis client (`npm install ioredis`).
 *
 *   REDIS_URL=redis://listener:password@127.0.0.1:6379 npx tsx listen.ts   # from `npx trading status --secrets`
 */
import { Redis } from 'ioredis';

interface TradingEvent {
  type: string;
  service: string;
  data: Record<string, unknown>;
  timestamp: string;
  id: string;
  version: number;
  key: string;
  correlationId: string;
  causationId: string | null;
}

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

// Announcements: whoever listens hears them, nobody keeps them.
const listener = new Redis(url);
listener.on('pmessage', (_pattern, channel, message) => {
  const event: TradingEvent = JSON.parse(message);
  console.log(`heard ${channel} ${event.id} ${event.service} ${event.key} ${event.timestamp}`);
});

// A stream: every entry carries the same JSON. Keep the last id, and you can go on from there after a restart.
const reader = new Redis(url);
// Every name carries the system that a Redis belongs to.
const streamOf = (system: string) => `{trading}:${system}:stream:order_updated`;
const entriesOf = (reply: unknown) => (reply as [string, [string, string[]][]][] | null)?.[0]?.[1] ?? [];

async function readStream(stream: string, lastId: string): Promise<void> {
  const reply = await reader.xread('COUNT', 100, 'BLOCK', 1000, 'STREAMS', stream, lastId);
  for (const [id, fields] of entriesOf(reply)) {
    const event: TradingEvent = JSON.parse(fields[fields.indexOf('event') + 1] ?? '{}');
    console.log(`read ${id} ${event.id} ${event.data.status}`);
    lastId = id;
  }
  return readStream(stream, lastId);
}

listener.psubscribe('data_sync:*').then(async () => {
  console.log('ready');
  return readStream(streamOf((await reader.get('{trading}:system')) ?? ''), '0');
});
