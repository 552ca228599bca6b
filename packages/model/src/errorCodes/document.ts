import { ERROR_CODES } from './catalogue';

/** What the part of a code before the point stands for, in the order of the page. */
const SUBJECTS: Readonly<Record<string, string>> = {
  CLI: 'the command line',
  API: 'the HTTP interface',
  CONFIG: '`trading.config.ts`',
  LOCAL: 'the servers that `trading up` starts',
  DATABASE: 'PostgreSQL',
  REDIS: 'Redis',
  MODEL: 'values',
  INGESTION: 'loading and reading bars',
  PROVIDER: 'those who sell bars',
  STRATEGY: 'strategies',
  EXECUTION: 'orders and fills',
  BROKER: 'remote brokers',
  RISK: 'limits and kill switches',
  ANALYTICS: 'figures and reports',
  BACKTEST: 'backtests',
  SYSTEM: 'accounts',
  EVENTS: 'the event bus',
  NOTIFICATION: 'alerts',
  PREFECT: "Prefect's server",
  FLOW: 'flows',
  SCHEMA_SQL: 'SQL files beside the Prisma schema',
  TESTING: 'tests',
};

/** `docs/errors.md`: each code, when it comes and what to do. */
export function errorsDocument(): string {
  const lines = [
    '# Error codes',
    '',
    'Written by `npm run docs` from `packages/model/src/errorCodes`; a test compares the two.',
    '',
    'Every error that this project throws on purpose is a `TradingError` with one of these codes, a `kind` (`expected`: an answer of the',
    'business; `operational`: may pass when retried; `bug`: ours) and `details` with the values behind its message. Programs branch on the code,',
    'never on the message. The command prints the code in brackets, and with `--json` as `error.code`.',
  ];
  const entries = Object.entries(ERROR_CODES).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [subject, title] of Object.entries(SUBJECTS)) {
    lines.push('', `## ${subject}: ${title}`, '', '| code | when | what to do |', '| --- | --- | --- |');
    for (const [code, [when, todo]] of entries) {
      if (code.startsWith(`${subject}.`)) lines.push(`| \`${code}\` | ${cell(when)} | ${cell(todo)} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
