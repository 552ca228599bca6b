import { createRequire } from 'node:module';
import { Command } from 'commander';
import { forTerminal } from './terminal';

const { version } = createRequire(__filename)('../package.json') as { version: string };

type Register = (program: Command) => void;

/** Each command's own module is loaded when the command is called: most need a fraction of what all of them need. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./commands/up')).registerUp,
  down: async () => (await import('./commands/down')).registerDown,
  status: async () => (await import('./commands/status')).registerStatus,
  doctor: async () => (await import('./commands/doctor')).registerDoctor,
  demo: async () => (await import('./commands/demo')).registerDemo,
  migrate: async () => (await import('./commands/prisma')).registerMigrate,
  sql: async () => (await import('./commands/sql')).registerSql,
  studio: async () => (await import('./commands/prisma')).registerStudio,
  ingest: async () => (await import('./commands/ingest')).registerIngest,
  actions: async () => (await import('./commands/actions')).registerActions,
  bars: async () => (await import('./commands/bars')).registerBars,
  quality: async () => (await import('./commands/quality')).registerQuality,
  partitions: async () => (await import('./commands/partitions')).registerPartitions,
  run: async () => (await import('./commands/run')).registerRun,
  backtest: async () => (await import('./commands/backtest')).registerBacktest,
  report: async () => (await import('./commands/report')).registerReport,
  accounts: async () => (await import('./commands/accounts')).registerAccounts,
  cash: async () => (await import('./commands/cash')).registerCash,
  strategies: async () => (await import('./commands/strategies')).registerStrategies,
  alerts: async () => (await import('./commands/alerts')).registerAlerts,
  orders: async () => (await import('./commands/orders')).registerOrders,
  reconcile: async () => (await import('./commands/reconcile')).registerReconcile,
  risk: async () => (await import('./commands/risk')).registerRisk,
  verify: async () => (await import('./commands/verify')).registerVerify,
  audit: async () => (await import('./commands/audit')).registerAudit,
  bus: async () => (await import('./commands/bus')).registerBus,
  prefect: async () => (await import('./commands/prefect')).registerPrefect,
  keys: async () => (await import('./commands/keys')).registerKeys,
  dashboard: async () => (await import('./commands/dashboard')).registerDashboard,
  events: async () => (await import('./commands/events')).registerEvents,
  bench: async () => (await import('./commands/bench')).registerBench,
  docs: async () => (await import('./commands/docs')).registerDocs,
};

/**
 * The `trading` command: with the one subcommand that `called` names, or with all of them where it names none, so that
 * the help is whole and a misspelt name can be told from the right ones.
 */
export async function createProgram(called?: string): Promise<Command> {
  const program = new Command('trading')
    .description('The data backbone of a trading system: servers, data, events and the trading day.')
    .version(version)
    // What is misspelt is repeated in the message.
    .configureOutput({
      writeOut: (text) => process.stdout.write(forTerminal(text)),
      writeErr: (text) => process.stderr.write(forTerminal(text)),
    })
    .option(
      '--config <path>',
      'what this installation adds; trading.config.ts in this folder or above, unless given',
    )
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 found a problem, 2 wrong usage, 3 a server is missing, 70 a mistake in the program, 130 interrupted.',
    );
  const one = called !== undefined && Object.hasOwn(COMMANDS, called) ? COMMANDS[called] : undefined;
  for (const load of one === undefined ? Object.values(COMMANDS) : [one]) (await load())(program);
  return program;
}
