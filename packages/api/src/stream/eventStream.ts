import { poolSql, type Sql } from '@trading/database';
import {
  checkpointText,
  comparePositions,
  createSharedLogReader,
  type LogPosition,
  type LogReader,
  parseCheckpoint,
  type RecordedEvent,
  readLogBounds,
} from '@trading/event-bus';
import { EVENT_TYPES } from '@trading/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { accountsOf, requireAccount } from '../access/principal';
import { accountId, named, symbol } from '../fields';
import { ApiProblem } from '../problems/apiProblem';
import type { Routes } from '../routes/tools';
import { createAlarm } from './alarm';

/** Clients at once, and what one is sent before others have their turn. */
const MOST_CLIENTS = 500;
const READ_AT_ONCE = 200;
/** Looking now and then finds what no wake-up told of. */
const LOOK_EVERY_MS = 500;
/** A client that takes nothing for so long is closed; it can resume. */
const STALLED_MS = 30_000;
/** A client that took longer than this for what it was sent is told how far behind it is. */
const SLOW_MS = 5_000;

const query = z.strictObject({
  types: named(500)
    .optional()
    .meta({ description: 'Event types, with commas; default all.' })
    .transform((text) => text?.split(','))
    .pipe(
      z
        .array(
          z
            .string()
            .refine(
              (type) => (EVENT_TYPES as readonly string[]).includes(type),
              `must be of ${EVENT_TYPES.join(', ')}`,
            ),
        )
        .optional(),
    ),
  accountId: accountId.optional(),
  symbol: symbol.optional(),
  lastEventId: z
    .string()
    .max(50)
    .optional()
    .meta({ description: 'As the header Last-Event-ID, for clients that can send none.' }),
});

/** What a client wants to hear. */
interface Wanted {
  readonly types: readonly string[] | null;
  readonly accounts: readonly string[] | null;
  readonly accountId: string | undefined;
  readonly symbol: string | undefined;
}

/**
 * The live stream: every event of the log in the order of commits, each with its checkpoint as the id. A client that names the
 * last one that it has gets all behind it, once each. Each client reads the log for itself at its own speed, from memory where
 * others have read the same, so that one that is slow holds nothing up and costs a batch of memory.
 */
export const eventStreamRoutes: Routes = (app, { system }) => {
  const sql = poolSql(system.pools.api);
  const log = createSharedLogReader(sql);
  const wake = createAlarm(LOOK_EVERY_MS, (callback) => system.onEvents(callback));
  app.addHook('onClose', async () => wake.close());
  let clients = 0;

  app.get(
    '/v1/events',
    {
      config: { scope: 'read', rateLimit: false },
      sse: 'only',
      schema: {
        summary: 'The live stream, as Server-Sent Events',
        description: [
          'Each message has `id` (a checkpoint), `event` (the type) and `data` (the event as JSON). Send the last `id` as',
          '`Last-Event-ID` to go on behind it. `ready` comes first and carries the checkpoint at which the stream begins.',
          '`reset` says that the log no longer reaches back to that id: load anew, the stream goes on at `oldest`.',
          '`slow` says that the client takes longer than the events come. A comment line is sent every 15 s.',
        ].join(' '),
        tags: ['stream'],
        querystring: query,
      },
    },
    async (request, reply) => {
      const wanted = wantedOf(request);
      const resume = await startOf(sql, request);
      if (clients >= MOST_CLIENTS)
        throw new ApiProblem(503, 'API.TOO_MANY_CLIENTS', `${MOST_CLIENTS} clients hear the stream already`);
      clients += 1;
      reply.header('Cache-Control', 'no-store').header('X-Accel-Buffering', 'no');
      try {
        await tell(reply, resume);
        await follow(reply, log, resume.position, wanted, wake);
      } finally {
        clients -= 1;
      }
    },
  );
};

/** Where a client's stream begins. */
interface Start {
  readonly position: LogPosition;
  /** The log no longer reaches back to what it asked for, or never reached so far. */
  readonly reset: boolean;
}

async function startOf(sql: Sql, request: FastifyRequest): Promise<Start> {
  const asked =
    (request.headers['last-event-id'] as string | undefined) ??
    (request.query as z.output<typeof query>).lastEventId;
  const { oldest, next } = await readLogBounds(sql);
  if (asked === undefined || asked === '') return { position: next, reset: false };
  const position = parseCheckpoint(asked);
  if (position === undefined) {
    throw new ApiProblem(
      400,
      'API.INVALID_EVENT_ID',
      'Last-Event-ID is no id of this stream; those are like 12345-678. Leave it out to begin now',
    );
  }
  if (comparePositions(position, oldest) < 0) return { position: oldest, reset: true };
  // Of a server that fell back to an older copy: nothing would ever come behind it.
  if (position.xid > next.xid) return { position: next, reset: true };
  return { position, reset: false };
}

async function tell(reply: FastifyReply, { position, reset }: Start): Promise<void> {
  const checkpoint = checkpointText(position);
  await reply.sse.send(
    reset
      ? { id: checkpoint, event: 'reset', data: { oldest: checkpoint }, retry: 1_000 }
      : { id: checkpoint, event: 'ready', data: { checkpoint }, retry: 1_000 },
  );
}

async function follow(
  reply: FastifyReply,
  log: LogReader,
  start: LogPosition,
  wanted: Wanted,
  wake: { next(signal: AbortSignal): Promise<void> },
): Promise<void> {
  const gone = new AbortController();
  reply.sse.onClose(() => gone.abort());
  let position = start;
  while (reply.sse.isConnected) {
    // Asked for before the log is read: what is published in between wakes.
    const woken = wake.next(gone.signal);
    const range = await readPatiently(log, position, wanted, gone.signal);
    if (range === undefined) return;
    const events = range.events.filter((event) => concerns(event, wanted));
    if (events.length > 0) await send(reply, events);
    const moved = comparePositions(range.reached, position) > 0;
    position = moved ? range.reached : position;
    if (!moved || !range.full) await woken;
  }
}

/** A database that is away is waited for: the client keeps its connection, and misses nothing. */
async function readPatiently(log: LogReader, position: LogPosition, { types }: Wanted, gone: AbortSignal) {
  for (;;) {
    if (gone.aborted) return undefined;
    try {
      return await log.read(position, types, READ_AT_ONCE);
    } catch {
      await pause(LOOK_EVERY_MS, gone);
    }
  }
}

async function send(reply: FastifyReply, events: readonly RecordedEvent[]): Promise<void> {
  const stalled = setTimeout(() => reply.raw.destroy(), STALLED_MS);
  const began = performance.now();
  try {
    for (const { position, record } of events)
      await reply.sse.send({ id: checkpointText(position), event: record.type, data: record });
    const elapsedMs = performance.now() - began;
    if (elapsedMs > SLOW_MS)
      await reply.sse.send({
        event: 'slow',
        data: { events: events.length, elapsedMs: Math.round(elapsedMs) },
      });
  } finally {
    clearTimeout(stalled);
  }
}

function wantedOf(request: FastifyRequest): Wanted {
  const { types, accountId: account, symbol: of } = request.query as z.output<typeof query>;
  const who = principal(request);
  if (account !== undefined) requireAccount(who, account);
  return { types: types ?? null, accounts: accountsOf(who), accountId: account, symbol: of };
}

/** What is of no account is for everybody, except what may name one in its text. */
const OF_EVERYBODY = ['market_data_updated', 'data_quality_failed'];

function concerns({ record }: RecordedEvent, { accounts, accountId: only, symbol: of }: Wanted): boolean {
  const data = record.data as { readonly accountId?: unknown; readonly symbol?: unknown };
  if (of !== undefined && data.symbol !== of) return false;
  if (only !== undefined && data.accountId !== only) return false;
  if (accounts === null) return true;
  return typeof data.accountId === 'string'
    ? accounts.includes(data.accountId)
    : OF_EVERYBODY.includes(record.type);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
