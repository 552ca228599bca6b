import { userInfo } from 'node:os';
import { createServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import {
  createRiskService,
  type KillTarget,
  LIMIT_TYPE_NAMES,
  LIMIT_TYPES,
  type LimitType,
  type RiskService,
} from '@trading/risk';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import { type CommandContext, requireConnection } from '../context';
import { EXIT } from '../exitCode';
import { textTable } from '../output';

interface TargetOptions {
  all?: boolean;
  account?: string;
  strategy?: string;
  symbol?: string;
}

interface KillOptions extends TargetOptions {
  reason: string;
  halt?: boolean;
  by: string;
}

/** `trading risk`: limits, kill switches, and what risk saw. */
export function registerRisk(program: Command): void {
  const risk = program.command('risk').summary('limits, kill switches, and what risk saw');
  registerStatus(risk);
  registerLimits(risk);
  registerKill(risk);
  registerResume(risk);
}

function registerStatus(risk: Command): void {
  const command = risk
    .command('status')
    .summary('active kill switches, crossed limits and open risk events')
    .description('Exits 1 while a kill switch is set or a limit is crossed.')
    .option('--account <id>', 'of one account only');
  onAction<{ account?: string }>(withJson(command), (context, { account }) =>
    withRisk(context, async (service) => {
      const [killSwitches, limits, events] = await Promise.all([
        service.killSwitches.list(),
        service.limits.list(account),
        service.events.list({ openOnly: true, ...(account === undefined ? {} : { accountId: account }) }),
      ]);
      const crossed = limits.filter(({ breachedAt }) => breachedAt !== null);
      context.output.result({ killSwitches, crossed, events }, () =>
        [
          killSwitches.length === 0
            ? 'No kill switch is set.'
            : textTable(
                ['kill switch', 'target', 'level', 'by', 'reason'],
                killSwitches.map(({ scope, target, level, setBy, reason }) => [
                  scope,
                  target,
                  level,
                  setBy,
                  reason,
                ]),
              ),
          crossed.length === 0
            ? 'No limit is crossed.'
            : textTable(
                ['account', 'limit', 'value', 'now', 'since'],
                crossed.map(({ accountId, type, value, current, breachedAt }) => [
                  accountId,
                  type,
                  value.toString(),
                  current?.toString() ?? '',
                  breachedAt?.toISOString() ?? '',
                ]),
              ),
          `${events.length} risk events are not resolved.`,
        ].join('\n\n'),
      );
      return killSwitches.length + crossed.length > 0 ? EXIT.problem : EXIT.ok;
    }),
  );
}

function registerLimits(risk: Command): void {
  const command = risk
    .command('limits')
    .summary('show limits, or set one: limits ACCOUNT LIMIT VALUE')
    .description(
      `Without arguments, lists every limit with what was last measured against it.\n\nLimits:\n${LIMIT_TYPE_NAMES.map(
        (name) => `  ${name.padEnd(24)} ${LIMIT_TYPES[name]}`,
      ).join('\n')}`,
    )
    .argument('[account]', 'whose')
    .argument('[limit]', 'which one to set')
    .argument('[value]', 'to what');
  onAction(withJson(command), (context, _options, [account, limit, value]) =>
    withRisk(context, async (service) => {
      if (account !== undefined && limit !== undefined) {
        if (value === undefined)
          throw new TradingError('CLI.MISSING_VALUE', `to what is ${limit} to be set?`);
        await service.limits.set(account, limit as LimitType, value);
      }
      const limits = await service.limits.list(account);
      context.output.result({ limits }, () =>
        textTable(
          ['account', 'limit', 'value', 'last measured', ''],
          limits.map(({ accountId, type, value: most, current, breachedAt }) => [
            accountId,
            type,
            most.toString(),
            current?.toString() ?? '',
            breachedAt === null ? '' : 'crossed',
          ]),
        ),
      );
      return undefined;
    }),
  );
}

function registerKill(risk: Command): void {
  const command = risk
    .command('kill')
    .summary('stop trading, in every process, from this moment')
    .description(
      'Orders that only reduce a position, and cancels, still pass, unless --halt. It holds until `risk resume`.',
    )
    .requiredOption('--reason <text>', 'why; it is kept')
    .option('--halt', 'let nothing pass, not even orders that reduce')
    .addOption(byOption());
  onAction<KillOptions>(withJson(withTarget(command)), (context, options) =>
    withRisk(context, async (service) => {
      const level = options.halt === true ? 'halt' : 'reduce_only';
      const set = await service.killSwitches.kill(targetOf(options), {
        level,
        reason: options.reason,
        by: options.by,
      });
      context.output.result(set, () => `Set ${set.scope} ${set.target} to ${set.level}: ${set.reason}`);
      return undefined;
    }),
  );
}

function registerResume(risk: Command): void {
  const command = risk
    .command('resume')
    .summary('lift a kill switch')
    .description('Lifts the kill switch of this target. Exits 1 where none was set.')
    .addOption(byOption());
  onAction<KillOptions>(withJson(withTarget(command)), (context, options) =>
    withRisk(context, async (service) => {
      const lifted = await service.killSwitches.resume(targetOf(options), { by: options.by });
      context.output.result({ lifted }, () => (lifted ? 'Lifted.' : 'No such kill switch is set.'));
      return lifted ? EXIT.ok : EXIT.problem;
    }),
  );
}

function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--all', 'everything').conflicts(['account', 'strategy', 'symbol']))
    .addOption(new Option('--account <id>', 'one account').conflicts(['strategy', 'symbol']))
    .addOption(new Option('--strategy <id>', 'one strategy').conflicts('symbol'))
    .addOption(new Option('--symbol <symbol>', 'one symbol'));
}

function byOption(): Option {
  return new Option('--by <name>', 'who says so; it is kept').default(
    userInfo().username,
    'the user who runs it',
  );
}

function targetOf({ all, account, strategy, symbol }: TargetOptions): KillTarget {
  if (all === true) return { scope: 'all' };
  if (account !== undefined) return { scope: 'account', target: account };
  if (strategy !== undefined) return { scope: 'strategy', target: strategy };
  if (symbol !== undefined) return { scope: 'symbol', target: symbol };
  throw new TradingError('CLI.NO_TARGET', 'say what: --all, --account ID, --strategy ID or --symbol SYMBOL');
}

async function withRisk(
  context: CommandContext,
  work: (service: RiskService) => Promise<number | undefined>,
): Promise<number | undefined> {
  const { services } = await requireConnection(context);
  await using pool = createServicePool({ url: services.risk, service: 'risk' });
  return await work(createRiskService({ pool }));
}
