import type { StartedPrefect } from '@trading/orchestration';
import type { CommandContext } from '../../context';
import { localPrefect, prefectAt } from './prefectConnection';

/** Starts this checkout's Prefect server: what was done, without its password, and words for people, with it. */
export async function startPrefect(
  context: CommandContext,
): Promise<{ started: Omit<StartedPrefect, 'connection'>; text: string }> {
  const { connection, ...started } = await (await localPrefect(context)).start();
  const login = connection.auth?.kind === 'basic' ? connection.auth.authString : '';
  const text = [
    `Prefect ${started.version} at ${started.uiUrl} ${started.started ? '(started)' : '(was running)'}`,
    `  its UI asks for: ${login}`,
    `  log ${started.logFile}`,
  ].join('\n');
  return { started, text };
}

/**
 * Stops it, whatever became of the databases' connection; false where none was running.
 *
 * @throws TradingError `PREFECT.RECORD_UNREADABLE`
 */
export function stopPrefect(context: CommandContext): Promise<boolean> {
  return prefectAt(context, '').stop();
}
