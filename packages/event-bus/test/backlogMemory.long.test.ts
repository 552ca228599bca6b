import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EVENT_SAMPLES, repositoryRoot } from '@trading/testing';
import { useBus } from './busSuite';
import type { BacklogReport, BacklogSettings } from './faults/backlogProgram';

const suite = useBus();

const BEHIND = 100_000;
const AT_ONCE = 10_000;
/** What the process may keep, MB. The backlog is more than twice that as text alone. */
const HEAP_MB = 64;
/** A kilobyte and a half that does not compress. */
const FILL = `
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
  SELECT uuidv7(), 'data_quality_failed', 1, 'ingestion', 'A', 'c', jsonb_set($1::jsonb, '{message}', to_jsonb(noise)), now()
  FROM generate_series(1, $2::int) AS n
  CROSS JOIN LATERAL (SELECT string_agg(sha512((n || '.' || part)::text::bytea)::text, '') AS noise FROM generate_series(1, 12) AS part) AS x`;

/** Megabytes each that compress to some ten kilobytes: what they are stored as says nothing of what they are. */
const FILL_COMPRESSED = `
  INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
  SELECT gen_random_uuid(), 'data_quality_failed', 1, 'ingestion', 'A', 'c', jsonb_set($1::jsonb, '{message}', to_jsonb(repeat('ab', 500000))), now()
  FROM generate_series(1, $2::int)`;

/** Works the backlog off in a process of its own, with so much memory and no more. */
async function workOff() {
  const { database } = suite.harness();
  const settings: BacklogSettings = {
    busUrl: database.serviceUrl('event_bus'),
    url: database.serviceUrl('strategy'),
  };
  const hook = join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs');
  const program = fork(join(__dirname, 'faults/backlogProgram.ts'), [JSON.stringify(settings)], {
    execArgv: ['--conditions=@trading/source', `--max-old-space-size=${HEAP_MB}`, '-r', hook],
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let handled: number | undefined;
  program.on('message', (report: BacklogReport) => {
    handled = report.handled;
  });
  // Not at `exit`: what it reported last may come after that.
  const [code, signal] = await once(program, 'close');
  return { handled, ended: signal ?? code };
}

test('a consumer that is 100,000 events behind reads a range at a time: its memory does not grow with the backlog', async () => {
  const harness = suite.harness();
  // In pieces: meanwhile an open transaction hides what other tests publish on the same server.
  for (let filled = 0; filled < BEHIND; filled += AT_ONCE)
    await harness.rows(FILL, [JSON.stringify(EVENT_SAMPLES.data_quality_failed), AT_ONCE]);
  await harness.settle();
  const [{ bytes } = { bytes: 0 }] = await harness.rows(
    'SELECT sum(octet_length(data::text))::float8 AS bytes FROM event_bus.outbox',
  );
  expect(bytes).toBeGreaterThan(2 * HEAP_MB * 1024 ** 2);

  expect(await workOff()).toEqual({ handled: BEHIND, ended: 0 });
});

test('so it is with large events that compress well: what they really are is what counts', async () => {
  const harness = suite.harness();
  await harness.rows(FILL_COMPRESSED, [JSON.stringify(EVENT_SAMPLES.data_quality_failed), 120]);
  await harness.settle();

  expect(await workOff()).toEqual({ handled: 120, ended: 0 });
});
