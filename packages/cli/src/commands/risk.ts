import { TradingError } from '@trading/model';
import type { KillTarget, RiskEvent } from '@trading/risk';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../command';
import { EXIT } from '../exitCode';
import { textTable } from '../output';
import { type ByOption, byOf, byOption } from './risk/byOption';
import { registerRiskEvents } from './risk/events';
import { registerRiskLimits } from './risk/limits';
import { withRisk } from './risk/withRisk';

interface TargetOptions {
  all?: boolean;
  account?: string;
  strategy?: string;
  symbol?: string;
}

interface KillOptions extends TargetOptions, ByOption {
  reason: string;
  halt?: boolean;
}

/** `trading risk`: limits, kill switches, and what risk saw. */
export function registerRisk(program: Command): void {
  const risk = program.command('risk').summary('limits, kill switches, and what risk saw');
  registerStatus(risk);
  registerRiskLimits(risk);
  registerKill(risk);
  registerResume(risk);
  registerRiskEvents(risk);
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
                ['kill switch', 'target', 'level', 'by', 'since', 'reason'],
                killSwitches.map(({ scope, target, level, setBy, setAt, reason }) => [
                  scope,
                  target,
                  level,
                  setBy,
                  setAt.toISOString(),
                  reason,
                ]),
              ),
          crossed.length === 0
            ? 'No limit is crossed.'
            : textTable(
                ['account', 'strategy', 'limit', 'value', 'now', 'since'],
                crossed.map(({ accountId, strategyId, type, value, current, breachedAt }) => [
                  accountId,
                  strategyId ?? '',
                  type,
                  value.toString(),
                  current?.toString() ?? '',
                  breachedAt?.toISOString() ?? '',
                ]),
              ),
          eventsText(events),
        ].join('\n\n'),
      );
      return killSwitches.length + crossed.length > 0 ? EXIT.problem : EXIT.ok;
    }),
  );
}

/** What is not resolved, newest first. */
function eventsText(events: readonly RiskEvent[]): string {
  if (events.length === 0) return 'No risk event is open.';
  return textTable(
    ['open risk event', 'raised', 'severity', 'account', 'what'],
    events.map(({ riskEventId, createdAt, severity, accountId, message }) => [
      riskEventId,
      createdAt.toISOString(),
      severity,
      accountId,
      message,
    ]),
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
        by: byOf(options),
      });
      context.output.result(set, () => {
        const whom = [set.scope, set.target].filter((word) => word !== '').join(' ');
        return `Set ${whom} to ${set.level}, by ${set.setBy}: ${set.reason}`;
      });
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
      const lifted = await service.killSwitches.resume(targetOf(options), { by: byOf(options) });
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

function targetOf({ all, account, strategy, symbol }: TargetOptions): KillTarget {
  if (all === true) return { scope: 'all' };
  if (account !== undefined) return { scope: 'account', target: account };
  if (strategy !== undefined) return { scope: 'strategy', target: strategy };
  if (symbol !== undefined) return { scope: 'symbol', target: symbol };
  throw new TradingError('CLI.NO_TARGET', 'say what: --all, --account ID, --strategy ID or --symbol SYMBOL');
}
