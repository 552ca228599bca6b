import { isTradingError, TradingError } from '@trading/model';
import {
  createStrategyService,
  type RegisteredStrategy,
  type StoredSignal,
  type StrategyService,
  type StrategyVersion,
} from '@trading/strategy';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { textTable } from '../output';
import { commaSeparated, given, jsonObject, readJsonFile } from './inputFile';
import { openServicePool } from './openServicePool';
import { withRisk } from './risk/withRisk';

/** `trading strategies`: what trades which account, and with what. */
export function registerStrategies(program: Command): void {
  const strategies = program
    .command('strategies')
    .summary('list, add, change, activate, pause and end strategies');
  registerKinds(strategies);
  registerList(strategies);
  registerShow(strategies);
  registerAdd(strategies);
  registerSet(strategies);
  for (const verb of ['activate', 'pause', 'deactivate'] as const) registerMove(strategies, verb);
}

function registerKinds(strategies: Command): void {
  const command = strategies
    .command('kinds')
    .summary('what a strategy can be: built in, or of trading.config.ts');
  onAction(withJson(command), async (context) => {
    const kinds = (await context.installation()).strategies.map(({ kind, summary }) => ({ kind, summary }));
    context.output.result({ kinds }, () =>
      textTable(
        ['kind', 'what it does'],
        kinds.map(({ kind, summary }) => [kind, summary]),
      ),
    );
    return undefined;
  });
}

function registerList(strategies: Command): void {
  const command = strategies.command('list').summary('every strategy');
  onAction(withJson(command), (context) =>
    withStrategies(context, async (service) => {
      const listed = await service.list();
      context.output.result({ strategies: listed }, () =>
        listed.length === 0
          ? 'There is no strategy: `npx trading strategies add` makes one.'
          : textTable(
              ['strategy', 'name', 'status', 'kind', 'account', 'symbols', 'version'],
              listed.map(({ strategyId, name, status, parameters, version }) => {
                const { kind, accountId, symbols } = fieldsOf(parameters);
                return [strategyId, name, status, kind, accountId, symbols, String(version ?? '')];
              }),
            ),
      );
      return undefined;
    }),
  );
}

/** For a table; parameters may have been edited by hand into anything. */
function fieldsOf(parameters: unknown): { kind: string; accountId: string; symbols: string } {
  const { kind, accountId, symbols } = (parameters ?? {}) as Record<string, unknown>;
  return {
    kind: String(kind ?? ''),
    accountId: String(accountId ?? ''),
    symbols: Array.isArray(symbols) ? symbols.join(', ') : '',
  };
}

/** Signals that `show` lists. */
const SHOWN_SIGNALS = 10;

function registerShow(strategies: Command): void {
  const command = strategies
    .command('show')
    .summary('a strategy with every version of its parameters and its last signals')
    .argument('<strategy>', 'its id');
  onAction(withJson(command), (context, _options, [strategyId = '']) =>
    withStrategies(context, async (service) => {
      const strategy = await service.get(strategyId);
      const [versions, signals] = await Promise.all([
        service.versions(strategyId),
        service.signals(strategyId, SHOWN_SIGNALS),
      ]);
      context.output.result({ ...strategy, versions, signals }, () => showText(strategy, versions, signals));
      return undefined;
    }),
  );
}

function showText(
  { strategyId, name, status, measured }: RegisteredStrategy,
  versions: readonly StrategyVersion[],
  signals: readonly StoredSignal[],
): string {
  return [
    `${strategyId} (${name}) is ${status}${measured && status !== 'active' ? ', and still holds something' : ''}.`,
    textTable(
      ['version', 'since', '', 'parameters'],
      versions.map(({ version, createdAt, active, parameters }) => [
        String(version),
        createdAt.toISOString(),
        active ? 'in force' : '',
        JSON.stringify(parameters),
      ]),
    ),
    signals.length === 0
      ? 'It gave no signal yet.'
      : textTable(
          ['bar', 'symbol', 'signal', 'strength', 'price'],
          signals.map(({ barTimestamp, symbol, signal, strength, price }) => [
            barTimestamp.toISOString(),
            symbol,
            signal,
            strength,
            price,
          ]),
        ),
  ].join('\n\n');
}

interface DefineOptions {
  file?: string;
  name?: string;
  kind?: string;
  account?: string;
  symbols?: string[];
  signalSource?: string;
  tradingSource?: string;
  capital?: string;
  parameters?: Record<string, unknown>;
  activate?: boolean;
  dryRun?: boolean;
}

function withDefinition(command: Command): Command {
  return command
    .option('--file <path>', 'the parameters as JSON; options go before it')
    .option('--name <text>', 'for people')
    .option('--account <id>', 'whose money it trades')
    .option('--symbols <list>', 'what it trades: AAPL,MSFT', commaSeparated)
    .option('--signal-source <series>', 'the series that it reads')
    .option('--trading-source <series>', 'the series at whose prices its orders fill')
    .option('--capital <amount>', 'how much of the account is its own')
    .option('--parameters <json>', "its kind's own parameters, on top of the others", (text) =>
      jsonObject(text, '--parameters'),
    )
    .option('--dry-run', 'say what it would be, and store nothing');
}

function registerAdd(strategies: Command): void {
  const command = withDefinition(
    strategies
      .command('add')
      .summary('add a strategy, inactive unless --activate')
      .description(
        '`trading strategies kinds` lists what it can be. For example:\n' +
          '  trading strategies add trend --kind moving_average_crossover --account MINE --symbols AAPL,MSFT \\\n' +
          '    --capital 100000 --parameters \'{"fast":20,"slow":50,"allocation":"0.4"}\'',
      )
      .argument('<strategy>', 'its id'),
  )
    .option('--kind <name>', 'how it decides, see `trading strategies kinds`')
    .option('--activate', 'let it trade from the next bar on');
  onAction<DefineOptions>(withJson(command), (context, options, [strategyId = '']) =>
    withStrategies(context, async (service) => {
      if ((await find(service, strategyId)) !== undefined) {
        throw new TradingError(
          'CLI.STRATEGY_EXISTS',
          `there is a strategy '${strategyId}' already: \`strategies set\` changes it`,
          { details: { field: 'strategy', value: strategyId } },
        );
      }
      const defaults = { signalSource: 'yahoo_adjusted', tradingSource: 'yahoo' };
      const parameters = { ...defaults, ...(await parametersOf(options)) };
      const definition = { strategyId, name: options.name ?? strategyId, parameters };
      service.check(definition);
      const warnings = await unopened(context, parameters);
      if (options.dryRun !== true) {
        await service.register(definition);
        if (options.activate === true) await service.activate(strategyId);
      }
      context.output.result({ ...definition, stored: options.dryRun !== true, warnings }, () =>
        [
          `${options.dryRun === true ? 'Would add' : 'Added'} ${strategyId}: ${JSON.stringify(parameters)}`,
          ...warnings,
          options.activate === true
            ? 'It trades from the next bar on.'
            : `It trades once it is activated: npx trading strategies activate ${strategyId}`,
        ].join('\n'),
      );
      return undefined;
    }),
  );
}

function registerSet(strategies: Command): void {
  const command = withDefinition(
    strategies
      .command('set')
      .summary('change parameters of a strategy: a new version, in force from the next bar on')
      .description('What is not given stays. The versions before are kept; `show` lists them.')
      .argument('<strategy>', 'its id'),
  );
  onAction<DefineOptions>(withJson(command), (context, options, [strategyId = '']) =>
    withStrategies(context, async (service) => {
      const before = await service.get(strategyId);
      const parameters = { ...(before.parameters as object), ...(await parametersOf(options)) };
      const definition = { strategyId, name: options.name ?? before.name, parameters };
      service.check(definition);
      const changed = changedFields(before.parameters, parameters);
      const registered = options.dryRun === true ? undefined : await service.register(definition);
      context.output.result({ ...definition, changed, ...registered, stored: registered !== undefined }, () =>
        [
          ...changed.map(
            ({ field, from, to }) => `  ${field}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
          ),
          registered === undefined
            ? 'Nothing was stored.'
            : registered.outcome === 'unchanged'
              ? `Nothing changed: version ${registered.version} says the same.`
              : `Version ${registered.version} of ${strategyId} is in force.`,
        ].join('\n'),
      );
      return undefined;
    }),
  );
}

function registerMove(strategies: Command, verb: 'activate' | 'pause' | 'deactivate'): void {
  const summaries = {
    activate: 'let it trade from the next bar on',
    pause: 'no signals for now; its positions stay',
    deactivate: 'end it; its positions stay',
  };
  const command = strategies.command(verb).summary(summaries[verb]).argument('<strategy>', 'its id');
  onAction(withJson(command), (context, _options, [strategyId = '']) =>
    withStrategies(context, async (service) => {
      await service[verb](strategyId);
      const { status, measured, parameters } = await service.get(strategyId);
      const warnings = verb === 'activate' ? await unopened(context, parameters as object) : [];
      context.output.result({ strategyId, status, warnings }, () =>
        [
          `${strategyId} is ${status}.`,
          ...(measured && verb !== 'activate' ? ['It still holds something, and its figures go on.'] : []),
          ...warnings,
        ].join('\n'),
      );
      return undefined;
    }),
  );
}

async function parametersOf(options: DefineOptions): Promise<Record<string, unknown>> {
  const { file, kind, account, symbols, signalSource, tradingSource, capital, parameters } = options;
  return {
    ...(file === undefined ? {} : await readJsonFile(file)),
    ...given({ kind, accountId: account, symbols, signalSource, tradingSource, startingCapital: capital }),
    ...parameters,
  };
}

/** An account that was never opened has no limits, and what isn't bounded may not trade. */
async function unopened(context: CommandContext, parameters: object): Promise<string[]> {
  const { accountId } = parameters as { accountId?: unknown };
  const warnings: string[] = [];
  await withRisk(context, async (risk) => {
    const account = (await risk.accounts()).find((each) => each.accountId === accountId);
    if (account === undefined || account.capital === null) {
      warnings.push(
        `Account ${accountId} is not open: every order is denied until \`npx trading accounts open ${accountId}\`.`,
      );
    }
    return undefined;
  });
  return warnings;
}

function changedFields(before: unknown, after: object): { field: string; from: unknown; to: unknown }[] {
  const was = (before ?? {}) as Record<string, unknown>;
  return Object.entries(after)
    .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(was[field]))
    .map(([field, to]) => ({ field, from: was[field] ?? null, to }));
}

async function find(service: StrategyService, strategyId: string): Promise<RegisteredStrategy | undefined> {
  try {
    return await service.get(strategyId);
  } catch (error) {
    if (isTradingError(error, 'STRATEGY.NOT_FOUND')) return undefined;
    throw error;
  }
}

async function withStrategies(
  context: CommandContext,
  work: (service: StrategyService) => Promise<number | undefined>,
): Promise<number | undefined> {
  await using pool = await openServicePool(context, 'strategy');
  return await work(createStrategyService({ pool, kinds: (await context.installation()).strategies }));
}
