import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { type FlowDefinition, flow, task } from '../../src/index';

/** Flows that do to their process what the tests want to see handled. */
export function testFlows(loggingUrl: string): FlowDefinition[] {
  const effect = task('effect', async ({ flowRunId, signal }, input: { step: number; hold: boolean }) => {
    const client = new pg.Client({ connectionString: loggingUrl });
    await client.connect();
    try {
      // Keyed by run and step: the process may die between this and telling Prefect of it.
      await client.query(
        `INSERT INTO logging.system_logs (timestamp, service, level, event_type, correlation_id, message)
         SELECT now(), 'orchestration', 'info', $1::text, $2::text, 'a test'
         WHERE NOT EXISTS (SELECT FROM logging.system_logs WHERE event_type = $1::text AND correlation_id = $2::text)`,
        [`step ${input.step}`, flowRunId],
      );
    } finally {
      await client.end();
    }
    if (input.hold) await delay(600_000, undefined, { signal });
    return input.step;
  });
  const looped = { crashRetries: 2, parameters: z.looseObject({}) };
  return [
    flow('quick', async (run) => ({ worker: run.attempt }), looped),
    flow(
      'steps',
      async (run, { steps, holdAt }) => {
        const done: number[] = [];
        for (let step = 0; step < steps; step += 1)
          done.push(await effect(run, { step, hold: step === holdAt && run.attempt === 1 }, String(step)));
        return { done };
      },
      { parameters: z.object({ steps: z.int(), holdAt: z.int().default(-1) }), crashRetries: 1 },
    ),
    flow('sleeper', async (run) => void (await delay(600_000, undefined, { signal: run.signal })), looped),
    flow(
      'deaf',
      async () => {
        for (;;) Math.random();
      },
      { parameters: z.looseObject({}), crashRetries: 0 },
    ),
    flow('exits', async () => process.exit(3), { parameters: z.looseObject({}), crashRetries: 1 }),
    flow(
      'resting',
      async (run) => {
        if (run.attempt === 1) await delay(600_000, undefined, { signal: run.signal });
        return { attempt: run.attempt };
      },
      looped,
    ),
  ];
}
