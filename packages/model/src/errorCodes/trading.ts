import type { ErrorEntries } from './entry';

/** Codes of values, strategies, orders, risk, brokers and what is computed of them. */
export const TRADING_ERRORS = {
  'ANALYTICS.INVALID_PARAMETERS': [
    "A strategy's parameters lack what its figures need.",
    'Set them with `trading strategies set`.',
  ],
  'ANALYTICS.INVALID_PERIOD': ["A report's beginning is after its end.", 'Exchange them.'],
  'ANALYTICS.NO_FIGURES': [
    'There are no figures of the strategy in this period.',
    'Load bars of its trading series, or choose another period.',
  ],
  'BACKTEST.INTERRUPTED': ['The backtest was stopped.', 'Run it again; nothing was written.'],
  'BACKTEST.INVALID_PERIOD': [
    'The period of the backtest is empty, or the wrong way round.',
    'Correct `--from` and `--to`.',
  ],
  'BACKTEST.MIXED_TIMEFRAMES': [
    'Signals and fills are to come from bars of different lengths.',
    'Choose two series of one timeframe.',
  ],
  'BACKTEST.NO_BARS': ['There are no bars to test on.', 'Load them with `trading ingest`.'],
  'BROKER.DUPLICATE_ORDER': ['The broker has an order of this id already.', 'Nothing: it is taken as sent.'],
  'BROKER.LIVE_NOT_CONFIRMED': [
    'Real money is to be traded, and nobody confirmed it.',
    'Set `ALPACA_CONFIRM_LIVE` as the message says.',
  ],
  'BROKER.REJECTED': ['The broker rejects the order.', 'Read its words in the message.'],
  'BROKER.UNAUTHORIZED': ['The broker refuses the API key.', 'Check key, secret and environment.'],
  'BROKER.UNAVAILABLE': [
    "The broker can't be reached.",
    'It is tried again by itself; check the connection.',
  ],
  'BROKER.UNREADABLE': [
    "The broker sent something that can't be read.",
    'Report it with the value in the message.',
  ],
  'EXECUTION.AT_REMOTE_BROKER': [
    "An order at a remote broker can't be worked on here.",
    'Start `trading run` with that account.',
  ],
  'EXECUTION.CANCEL_REFUSED': [
    "The order can't be cancelled.",
    'Read the reason in the message; it may be filled by now.',
  ],
  'EXECUTION.CONFLICTING_TRANSFER': [
    'Money is booked under this id already, with another kind, amount or currency.',
    'Use another id, or see what is booked with `trading cash list`.',
  ],
  'EXECUTION.INSUFFICIENT_CASH': [
    'A withdrawal is of more than the account has in cash.',
    'Withdraw less, or sell something first; see `trading cash balances`.',
  ],
  'EXECUTION.OTHER_CURRENCY': [
    'The account has another currency; an account has one.',
    'Use its currency, or another account.',
  ],
  'EXECUTION.ILLEGAL_TRANSITION': [
    'The order has another status by now than this change expects.',
    'Read the order again.',
  ],
  'EXECUTION.INVALID_ORDER': ['A field of the order is wrong; the message names it.', 'Correct the field.'],
  'EXECUTION.NOT_REPLACEABLE': [
    "The order can't be replaced: it isn't working, or its broker can't.",
    'Cancel it and place another one.',
  ],
  'EXECUTION.ORDER_ID_TAKEN': ['There is an order of this id with other contents.', 'Use another id.'],
  'EXECUTION.ORDER_LOST': [
    'An order was placed and is not there.',
    'Report it: it is a mistake in the program.',
  ],
  'EXECUTION.OTHER_BROKER': ['The account is at another broker.', 'Use that broker, or another account.'],
  'EXECUTION.UNKNOWN_ORDER': ['There is no order of this id.', 'Check the id with `trading orders list`.'],
  'MODEL.DOES_NOT_FIT': ['A number has more digits than its column.', 'Round it, or check its unit.'],
  'MODEL.INVALID_DATA_SOURCE': [
    'The name of a series is not one.',
    'Write `provider`, `provider_1m` and so on, in 20 characters at most.',
  ],
  'MODEL.INVALID_DATE': ['A text is not a date or a time.', 'Write `YYYY-MM-DD`, or a time with its zone.'],
  'MODEL.INVALID_SYMBOL': [
    'A text is not a symbol.',
    'Use capital letters, digits, `.` and `-`, in 20 characters at most.',
  ],
  'MODEL.NOT_A_NUMBER': ['A text is not a plain decimal number.', 'Write digits, with a point at most.'],
  'MODEL.NO_CALENDAR': ["The calendar of the exchange doesn't reach back to this day.", 'Use a later day.'],
  'RISK.INVALID_KILL_SWITCH': ['A field of the kill switch is empty or too long.', 'Correct the field.'],
  'RISK.INVALID_LIMIT': [
    "A limit's name or value is wrong.",
    'Correct it; `trading risk limits --help` lists them.',
  ],
  'RISK.KILL_SWITCH_LOST': [
    'A kill switch was written and not returned.',
    'Report it: it is a mistake in the program.',
  ],
  'RISK.UNEXPLAINED': ['A risk event was resolved without a reason or a name.', 'Say why and who.'],
  'RISK.UNKNOWN_EVENT': ['There is no risk event of this id.', 'Check the id with `trading risk events`.'],
  'STRATEGY.DEADLINE': [
    'A strategy did not decide within its deadline, and was stopped and paused.',
    'Make `decide` faster or find its endless loop, then activate the strategy again.',
  ],
  'STRATEGY.DUPLICATE_KIND': ['Two kinds of strategies have one name.', 'Rename one of them.'],
  'STRATEGY.FAILED': ["A strategy's `decide` threw.", 'Mend the strategy; the message has its words.'],
  'STRATEGY.FIELD_NOT_READ': [
    'A strategy looks at a field of bars that it did not declare.',
    "Add it to the strategy's `fields`.",
  ],
  'STRATEGY.INVALID_DECISION': [
    'A strategy returned something that is no decision.',
    'Correct the field in the message.',
  ],
  'STRATEGY.INVALID_DEFINITION': ["A strategy's definition is wrong.", 'Correct the field in the message.'],
  'STRATEGY.INVALID_ID': ["A strategy's id or name is empty or too long.", 'Correct it.'],
  'STRATEGY.INVALID_PARAMETERS': [
    "A strategy's parameters are wrong; the message names each.",
    'Correct them.',
  ],
  'STRATEGY.MARKET_TAKEN': [
    'Another active strategy trades one of the symbols in the same account.',
    'Give it an account of its own, or deactivate the other one.',
  ],
  'STRATEGY.NO_ACCOUNT': [
    'A strategy looks at its account, which it did not declare.',
    'Add `account: true` to its definition.',
  ],
  'STRATEGY.NO_MOMENT': [
    'A strategy used its moment outside of `decide`.',
    'Use it only while `decide` runs.',
  ],
  'STRATEGY.NOT_FOUND': ['There is no strategy of this id.', 'Check the id with `trading strategies list`.'],
  'STRATEGY.UNKNOWN_KIND': [
    'There is no kind of strategy of this name.',
    'Use one of those in the message, or add yours to `trading.config.ts`.',
  ],
  'STRATEGY.UNKNOWN_SYMBOL': [
    'A strategy looks at a symbol that is none of its own.',
    'Add the symbol to its `symbols`, or do not look at it.',
  ],
  'SYSTEM.ACCOUNT_EXISTS': ['The account was opened with another capital.', 'Use another name.'],
  'SYSTEM.UNKNOWN_ACCOUNT': ['There is no account of this name.', 'Open it with `trading accounts open`.'],
  'ANALYTICS.RUINED': [
    'The equity reached zero, so there are no returns after it.',
    'End the period on the day in the message.',
  ],
  'BACKTEST.FAILED': [
    'A backtest ended with an error that is a mistake in the program.',
    'Report it with the message.',
  ],
  'BACKTEST.NO_BENCHMARK': [
    'There are no bars of the symbol to compare with.',
    'Load them with `trading ingest`.',
  ],
  'STRATEGY.INVALID_STATE': [
    "A strategy's state is not as it declared.",
    'Correct what `decide` returns as state.',
  ],
  'SYSTEM.NO_REMOTE_BROKER': [
    "The order is at a remote broker that this process isn't connected to.",
    'Set the variables that the message names.',
  ],
} as const satisfies ErrorEntries;
