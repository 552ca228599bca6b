import { parentPort, workerData } from 'node:worker_threads';
import { isTradingError } from '@trading/model';
import { type ReadyStrategy, type StrategyKind, viewOf } from '@trading/strategy';
import { loadConfig } from '../config/loadConfig';
import { type DecisionReply, type DecisionRequest, sent, type ThreadData } from './messages';

/** The thread in which strategies of a config decide: it is ended from outside where one doesn't come to an end. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  const { configPath } = workerData as ThreadData;
  const { config } = await loadConfig(configPath);
  const prepared = new Map<string, ReadyStrategy>();
  const strategyOf = (parameters: unknown): ReadyStrategy => {
    const key = JSON.stringify(parameters);
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const { kind } = parameters as { readonly kind: string };
    const ready = (config.strategies ?? [])
      .find((each: StrategyKind) => each.kind === kind)
      ?.prepare(parameters);
    if (ready === undefined) throw new Error(`the config has no strategy kind ${kind} any more`);
    prepared.set(key, ready);
    return ready;
  };
  port.on('message', ({ id, parameters, material }: DecisionRequest) => {
    try {
      const ready = strategyOf(parameters);
      port.postMessage({ id, ...sent(ready.decide(viewOf(ready, material))) } satisfies DecisionReply);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = isTradingError(error) ? error.code : 'STRATEGY.FAILED';
      port.postMessage({ id, error: { code, message } } satisfies DecisionReply);
    }
  });
  port.postMessage({ ready: true } satisfies DecisionReply);
}

void main();
