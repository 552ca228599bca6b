import { SEVERITIES, type Severity } from '@trading/model';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { EXIT } from '../../exitCode';
import { textTable } from '../../output';
import { tradingDayStart } from '../moment';
import { wholeNumber } from '../wholeNumber';
import { type ByOption, byOf, byOption } from './byOption';
import { resolverOf } from './resolverOf';
import { withRisk } from './withRisk';

interface ListOptions {
  account?: string;
  type?: string;
  severity?: Severity[];
  since?: Date;
  open?: boolean;
  limit: number;
}

/** `trading risk events`: what risk saw, and what was done about it. */
export function registerRiskEvents(risk: Command): void {
  const events = risk.command('events').summary('what risk saw: list, show and resolve');
  registerList(events);
  registerShow(events);
  registerResolve(events);
}

function registerList(events: Command): void {
  const command = events
    .command('list')
    .summary('risk events, newest first')
    .option('--account <id>', 'of one account')
    .option('--type <type>', 'of one type, e.g. limit_breached or order_denied')
    .addOption(new Option('--severity <severity...>', 'of these severities').choices(SEVERITIES))
    .option('--since <time>', 'raised at or after; a date is midnight in New York', tradingDayStart)
    .option('--open', 'only those that nobody has dealt with')
    .option('--limit <events>', 'at most so many', wholeNumber(1), 50);
  onAction<ListOptions>(withJson(command), (context, { account, type, severity, since, open, limit }) =>
    withRisk(context, async (service) => {
      const found = await service.events.list({
        limit,
        openOnly: open === true,
        ...(account === undefined ? {} : { accountId: account }),
        ...(type === undefined ? {} : { eventType: type }),
        ...(severity === undefined ? {} : { severities: severity }),
        ...(since === undefined ? {} : { since }),
      });
      context.output.result({ events: found }, () =>
        found.length === 0
          ? 'There is no such risk event.'
          : textTable(
              ['risk event', 'raised', 'severity', 'account', 'what', 'resolved by'],
              found.map((event) => [
                event.riskEventId,
                event.createdAt.toISOString(),
                event.severity,
                event.accountId,
                event.message,
                resolverOf(event),
              ]),
            ),
      );
      return undefined;
    }),
  );
}

function registerShow(events: Command): void {
  const command = events
    .command('show')
    .summary('one risk event with all that is known of it')
    .argument('<event>', 'its id');
  onAction(withJson(command), (context, _options, [id = '']) =>
    withRisk(context, async (service) => {
      const event = await service.events.read(id);
      context.output.result({ event }, () =>
        [
          `${event.riskEventId}: ${event.eventType}, ${event.severity}, account ${event.accountId}`,
          event.message,
          ...Object.entries(event.data).map(
            ([field, value]) => `  ${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
          ),
          `raised ${event.createdAt.toISOString()}, chain ${event.correlationId ?? 'unknown'}`,
          event.resolvedAt === null
            ? 'open'
            : `resolved ${event.resolvedAt.toISOString()} by ${resolverOf(event)}${event.resolution === null ? '' : `: ${event.resolution}`}`,
        ].join('\n'),
      );
      return undefined;
    }),
  );
}

function registerResolve(events: Command): void {
  const command = events
    .command('resolve')
    .summary('say that a risk event is dealt with')
    .description('Keeps who says so, and why. Exits 1 where it was resolved before.')
    .argument('<event>', 'its id')
    .requiredOption('--reason <text>', 'what was done about it; it is kept')
    .addOption(byOption());
  onAction<{ reason: string } & ByOption>(withJson(command), (context, options, [id = '']) =>
    withRisk(context, async (service) => {
      const resolved = await service.events.resolve(id, { reason: options.reason, by: byOf(options) });
      const event = await service.events.read(id);
      context.output.result({ resolved, event }, () =>
        resolved ? `Resolved ${id}.` : `${id} was resolved before, by ${resolverOf(event)}.`,
      );
      return resolved ? EXIT.ok : EXIT.problem;
    }),
  );
}
