import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BacktestRunner } from '@trading/api';
import type { BacktestResult } from '@trading/backtest';
import type { ServiceName } from '@trading/database';
import { type ErrorKind, TradingError } from '@trading/model';
import type { BacktestWork } from './backtestThread';

/** What the thread says. */
type Said =
  | { readonly progress: { readonly done: number; readonly total: number; readonly date: string } }
  | { readonly result: BacktestResult }
  | {
      readonly refused: {
        readonly code: string;
        readonly message: string;
        readonly kind: ErrorKind;
        readonly details: Record<string, unknown>;
      };
    };

/**
 * Runs backtests in threads: the server's own thread goes on answering. Memory is bounded, so that a backtest that is too large
 * ends alone.
 */
export function backtestRunner(
  services: Readonly<Record<ServiceName, string>>,
  configPath: string | undefined,
): BacktestRunner {
  return (request, { signal, onProgress }) =>
    new Promise((resolve, reject) => {
      const work: BacktestWork = { services, request, configPath };
      const worker = new Worker(join(__dirname, 'backtestThread.js'), {
        workerData: work,
        resourceLimits: { maxOldGenerationSizeMb: 1_024 },
      });
      const stop = () => worker.postMessage('stop');
      signal.addEventListener('abort', stop, { once: true });
      worker.on('message', (said: Said) => {
        if ('progress' in said) onProgress(said.progress);
        else if ('result' in said) resolve(said.result);
        else {
          const { code, message, kind, details } = said.refused;
          reject(new TradingError<string>(code, message, { kind, details }));
        }
      });
      worker.once('error', (error) =>
        reject(
          new TradingError('BACKTEST.FAILED', `the backtest ended with an error: ${error.message}`, {
            kind: 'bug',
            cause: error,
          }),
        ),
      );
      worker.once('exit', () => {
        signal.removeEventListener('abort', stop);
        reject(new TradingError('BACKTEST.FAILED', 'the backtest ended without a result', { kind: 'bug' }));
      });
    });
}
