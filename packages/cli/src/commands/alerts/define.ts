import { isTradingError, TradingError } from '@trading/model';
import {
  type Alert,
  type AlertDefinition,
  alertableTypes,
  type NotificationService,
  OPERATORS,
} from '@trading/notification';
import { type Command, Option } from 'commander';
import { onAction, withJson } from '../../command';
import { commaSeparated, given, readJsonFile } from '../inputFile';
import { wholeNumber } from '../wholeNumber';
import { withNotification } from './withNotification';

interface DefineOptions {
  file?: string;
  name?: string;
  event?: string;
  where?: string[];
  message?: string;
  channel?: string;
  to?: string[];
  throttle?: number;
  off?: boolean;
  on?: boolean;
  dryRun?: boolean;
}

/** `trading alerts add` and `edit`: the same input; one wants a new id, the other one that is there. */
export function registerDefineAlert(alerts: Command, verb: 'add' | 'edit'): void {
  const command = alerts
    .command(verb)
    .summary(
      verb === 'add'
        ? 'define an alert: add big-loss --event trade_executed --where "realizedPnl lt -1000"'
        : 'change an alert; what is not given stays',
    )
    .description(
      'Of a file (JSON with the fields that `alerts list --json` shows), or of the options, which go before it.\n' +
        `Operators of --where: ${OPERATORS.join(', ')}; \`in\` takes a list: "symbol in AAPL,MSFT".`,
    )
    .argument('<alert>', 'its id')
    .option('--file <path>', 'the definition as JSON')
    .option('--name <text>', 'for people; the id unless given')
    .addOption(new Option('--event <type>', 'the events that it is about').choices(alertableTypes()))
    .option('--where <condition>', 'what must hold: FIELD OPERATOR VALUE; may be given again', collect)
    .option('--message <text>', 'what is said; {field} stands for a value of the event')
    .option('--channel <name>', 'log, email, webhook, slack or telegram; log unless given')
    .option('--to <list>', 'whom: addresses, URLs or chats, by the channel', commaSeparated)
    .option('--throttle <seconds>', 'at most one notification in so many seconds', wholeNumber(0))
    .addOption(new Option('--off', 'keep it switched off').conflicts('on'))
    .option('--on', 'switch it on')
    .option('--dry-run', 'say what it would be, and store nothing');
  onAction<DefineOptions>(withJson(command), (context, options, [alertId = '']) =>
    withNotification(context, async (service) => {
      const before = await existing(service, alertId);
      if (verb === 'add' && before !== undefined) {
        throw new TradingError(
          'CLI.ALERT_EXISTS',
          `there is an alert '${alertId}' already: \`alerts edit\` changes it`,
          { details: { field: 'alert', value: alertId } },
        );
      }
      if (verb === 'edit' && before === undefined) await service.getAlert(alertId);
      const definition = await definitionOf(alertId, before, options);
      const alert =
        options.dryRun === true
          ? service.checkAlert(definition)
          : // Read as any definition: what is wrong with it is told there.
            await service.defineAlert(definition as AlertDefinition);
      context.output.result({ alert, stored: options.dryRun !== true }, () =>
        alertText(alert, options.dryRun === true),
      );
      return undefined;
    }),
  );
}

async function existing(service: NotificationService, alertId: string): Promise<object | undefined> {
  try {
    return await service.getAlert(alertId);
  } catch (error) {
    if (isTradingError(error, 'NOTIFICATION.NOT_FOUND')) return undefined;
    throw error;
  }
}

async function definitionOf(
  alertId: string,
  before: object | undefined,
  { file, name, event, where, message, channel, to, throttle, on, off }: DefineOptions,
): Promise<Record<string, unknown>> {
  const base = {
    name: alertId,
    channel: 'log',
    rule: {},
    ...before,
    ...(file && (await readJsonFile(file))),
  };
  const rule = { ...base.rule, ...given({ conditions: where?.map(conditionOf), message }) };
  const active = on === true ? true : off === true ? false : undefined;
  const options = { name, eventType: event, channel, recipients: to, throttleSeconds: throttle, active };
  return { ...base, ...given(options), rule, alertId };
}

function conditionOf(text: string): object {
  const [field, op, ...words] = text.trim().split(/\s/);
  const value = words.join(' ').trim();
  if (value === '' || !OPERATORS.some((operator) => operator === op)) {
    throw new TradingError(
      'CLI.INVALID_CONDITION',
      `'${text}' is no condition: it must be FIELD OPERATOR VALUE, with one of ${OPERATORS.join(', ')}`,
    );
  }
  return { field, op, value: op === 'in' ? commaSeparated(value) : value };
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function alertText(alert: Alert, dryRun: boolean): string {
  const { alertId, eventType, channel, recipients, rule, throttleSeconds, active } = alert;
  const where = rule.conditions.map(
    ({ field, op, value }) => `${field} ${op} ${Array.isArray(value) ? value.join(',') : value}`,
  );
  return [
    `${dryRun ? 'Would be' : 'Stored'}: ${alertId} (${alert.name})${active ? '' : ', switched off'}`,
    `  on ${eventType}${where.length === 0 ? '' : ` where ${where.join(' and ')}`}`,
    `  by ${channel}${recipients.length === 0 ? '' : ` to ${recipients.join(', ')}`}` +
      `${throttleSeconds === 0 ? '' : `, at most once in ${throttleSeconds} s`}`,
  ].join('\n');
}
