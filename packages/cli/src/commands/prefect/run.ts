import { setTimeout as delay } from 'node:timers/promises';
import { TradingError } from '@trading/model';
import { DEPLOYMENT_NAME, type PrefectClient } from '@trading/orchestration';
import type { Command } from 'commander';
import { z } from 'zod';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { prefectClient } from './prefectConnection';

interface RunOptions {
  param?: string[];
  wait?: boolean;
  key?: string;
}

const FINAL = ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'];
const POLL_MS = 500;

/** `trading prefect run`: one run of a deployed flow. */
export function registerRunFlow(prefect: Command): void {
  const command = prefect
    .command('run')
    .summary('run a deployed flow once, by a worker')
    .description('Exits 1 where the run, waited for, did not end as Completed.')
    .argument('<flow>', 'e.g. fetch_market_data')
    .option('--param <name=value...>', 'a parameter; the value is text where the flow wants text, else JSON')
    .option('--key <key>', 'makes the same call again find this run instead of making another')
    .option('--wait', 'wait until it has ended');
  onAction<RunOptions>(withJson(command), async (context, options, [flow = '']) => {
    const client = await prefectClient(context);
    const deployment = await client.deployments.byName(flow, DEPLOYMENT_NAME);
    const texts = namesOfTexts(deployment.parameter_openapi_schema);
    const parameters = Object.fromEntries((options.param ?? []).map((text) => parameter(text, texts)));
    const created = await client.deployments.createRun(deployment.id ?? '', {
      parameters,
      ...(options.key === undefined ? {} : { idempotencyKey: options.key }),
    });
    const ended = options.wait === true ? await ending(client, created.id, context.signal) : created;
    const result = {
      flowRunId: ended.id,
      name: ended.name ?? '',
      state: ended.state_name ?? '',
      message: ended.state?.message ?? null,
    };
    context.output.result(
      result,
      () =>
        `${result.name} (${result.flowRunId}) ${result.state}${result.message === null ? '' : `: ${result.message}`}`,
    );
    return options.wait !== true || ended.state_type === 'COMPLETED' ? EXIT.ok : EXIT.problem;
  });
}

async function ending(client: PrefectClient, id: string, signal: AbortSignal) {
  for (;;) {
    const run = await client.flowRuns.byId(id);
    // A run that crashed may be about to be tried again; its worker says so at once.
    if (FINAL.includes(run.state_type ?? '')) return run;
    await delay(POLL_MS, undefined, { signal });
  }
}

/** The parameters that are text, by the flow's own schema: `seed=1` is the text `1`. */
function namesOfTexts(schema: unknown): ReadonlySet<string> {
  const { properties } = TEXTS.parse(schema ?? {});
  return new Set(Object.keys(properties).filter((name) => properties[name]?.type === 'string'));
}

const TEXTS = z.object({
  properties: z.record(z.string(), z.object({ type: z.unknown().optional() })).default({}),
});

function parameter(text: string, texts: ReadonlySet<string>): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new TradingError('CLI.INVALID_PARAM', `--param is '${text}'; it must be name=value`);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (texts.has(name)) return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}
