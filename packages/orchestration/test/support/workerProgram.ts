import { createPrefectClient, createWorker } from '../../src/index';
import { programCommand, programInput } from './programs';
import { testFlows } from './testFlows';

/** A worker in a process of its own, which prints what it does, a line of JSON each. */
const input = programInput();
const worker = createWorker({
  client: createPrefectClient(input.prefect),
  pool: input.pool,
  flows: testFlows(input.loggingUrl),
  command: (run) => programCommand('childProgram', { ...input, ...run }),
  limit: input.limit ?? 2,
  pollMs: 200,
  heartbeatSeconds: input.heartbeatSeconds ?? 30,
  cancelGraceMs: 1_000,
  listen: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
process.once('SIGTERM', () => void worker.stop({ waitMs: 500, tidyMs: 90_000 }));
void worker.start();
