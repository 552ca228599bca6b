import {
  createIngestionService,
  createProvider,
  type ProviderName,
  type ProviderSettings,
} from '@trading/ingestion';
import { parseSymbol, TradingError } from '@trading/model';
import type { CommandContext } from '../../context';
import { openServicePool } from '../openServicePool';
import { createFetchProgress } from './fetchProgress';
import { inParallel } from './inParallel';
import { providerSettings } from './providerSettings';
import { exitCodeOfAll, failedOutcome, outcomesText, type SymbolOutcome } from './symbolOutcome';

/** Which bars to fetch, as the command line says. */
export interface FetchOptions {
  provider: ProviderName;
  symbols?: readonly string[];
  from?: Date;
  to?: Date;
  source?: string;
  refetch?: boolean;
  parallel: number;
  callsPerMinute?: number;
  feed?: 'sip' | 'iex';
}

/** Fetches bars of several symbols, each on from where the last run got to. */
export async function ingestFromProviders(context: CommandContext, options: FetchOptions): Promise<number> {
  const { provider: name, from, source = name } = options;
  const { signal } = context;
  const to = options.to ?? new Date();
  const symbols = [...new Set((options.symbols ?? []).map(parseSymbol))];
  if (symbols.length === 0 || from === undefined)
    throw new TradingError('CLI.WHICH_BARS', '--provider needs --symbols A,B,... and --from DATE');
  if (from > to) throw new TradingError('CLI.INVALID_RANGE', '--from must be a time that is not after --to');
  const provider = createProvider(name, settingsOf(context, options));
  await using pool = await openServicePool(context, 'ingestion');
  const ingestion = createIngestionService({ pool });
  const progress = createFetchProgress(symbols, { from, to }, { silent: context.output.json });
  const one = async (symbol: string): Promise<SymbolOutcome> => {
    if (signal.aborted) return { status: 'interrupted', symbol };
    try {
      const summary = await ingestion.ingestFromProvider({
        provider,
        symbol,
        dataSource: source,
        from,
        to,
        incremental: options.refetch !== true,
        onProgress: progress.update,
        signal,
      });
      return { status: summary.interrupted ? 'interrupted' : 'done', ...summary };
    } catch (error) {
      return failedOutcome(symbol, error, signal.aborted);
    } finally {
      progress.finish(symbol);
    }
  };
  const outcomes = await inParallel(symbols, options.parallel, one).finally(() => progress.stop());
  context.output.result({ provider: name, source, from, to, symbols: outcomes }, () =>
    outcomesText(outcomes),
  );
  return exitCodeOfAll(outcomes);
}

function settingsOf({ environment }: CommandContext, options: FetchOptions): ProviderSettings {
  const { provider, callsPerMinute, feed } = options;
  return {
    ...providerSettings(provider, environment),
    ...(callsPerMinute === undefined ? {} : { callsPerMinute }),
    ...(feed === undefined ? {} : { alpacaFeed: feed }),
  };
}
