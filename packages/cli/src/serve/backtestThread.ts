import { parentPort, workerData } from 'node:worker_threads';
import { type BacktestRequest, runBacktest } from '@trading/backtest';
import { createServicePool, type ServiceName } from '@trading/database';
import { createIngestionService } from '@trading/ingestion';
import { isTradingError } from '@trading/model';
import { createRiskService } from '@trading/risk';
import { createStrategyService } from '@trading/strategy';
import { loadInstallation } from '../config';
import { parseEnvironment } from '../environment';

/** What the thread is started with. */
export interface BacktestWork {
  readonly services: Readonly<Record<ServiceName, string>>;
  readonly request: BacktestRequest;
  /** The config of the installation, which may add kinds of strategies. */
  readonly configPath: string | undefined;
}

/** Connections of one thread and service: a backtest reads a series after the other. */
const MOST = 2;

/** A backtest in a thread of its own, on connections of its own. */
async function run({ services, request, configPath }: BacktestWork): Promise<void> {
  const open = (service: ServiceName) =>
    createServicePool({ url: services[service], service, base: 0, max: MOST });
  await using ingestion = open('ingestion');
  await using strategy = open('strategy');
  await using risk = open('risk');
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  try {
    const { strategies: kinds } = await loadInstallation(parseEnvironment(process.env), configPath);
    const result = await runBacktest(
      {
        bars: createIngestionService({ pool: ingestion }).bars,
        strategy: createStrategyService({ pool: strategy, kinds }),
        risk: createRiskService({ pool: risk }),
      },
      request,
      { signal: stop.signal, onProgress: (progress) => parentPort?.postMessage({ progress }) },
    );
    parentPort?.postMessage({ result });
  } catch (error) {
    if (!isTradingError(error)) throw error;
    const { code, message, kind, details } = error;
    parentPort?.postMessage({ refused: { code, message, kind, details: { ...details } } });
  } finally {
    parentPort?.close();
  }
}

void run(workerData as BacktestWork);
