import type { ErrorEntries } from './entry';

/** Codes of bars: reading them, storing them, those who sell them. */
export const MARKET_DATA_ERRORS = {
  'INGESTION.ALREADY_RUNNING': ['Another run is loading the same series.', 'Wait for it to end.'],
  'INGESTION.AMBIGUOUS_FILE': [
    'The file can be read in more than one way, such as a date whose day and month may be exchanged.',
    'Say which by the option in the message.',
  ],
  'INGESTION.EMPTY_FILE': ['The file has no rows.', 'Check the file.'],
  'INGESTION.INVALID_CHUNK': [
    'The size of a chunk is not a number that is allowed.',
    'Use one in the range of the message.',
  ],
  'INGESTION.INVALID_COLUMNS': [
    "Columns that were handed over don't belong together.",
    'Correct the caller: it is a mistake in the program.',
  ],
  'INGESTION.INVALID_COUNT': ['A number of bars is not a whole number above 0.', 'Correct it.'],
  'INGESTION.INVALID_RANGE': ["A period's beginning is not before its end.", 'Exchange them.'],
  'INGESTION.INVALID_TIMEFRAME': [
    "The bars asked for can't be made of those that are stored.",
    'Ask for longer ones that the stored ones divide.',
  ],
  'INGESTION.MALFORMED_CSV': ['A line is not one of a table.', 'Look at the line in the message.'],
  'INGESTION.MALFORMED_HEADER': [
    'The header lacks a column, or has one twice.',
    'Name the columns with `--columns`.',
  ],
  'INGESTION.MALFORMED_PARQUET': ['The file is not Parquet, or is damaged.', 'Get the file again.'],
  'INGESTION.NO_GOOD_ROW': [
    'No row of the file can be read.',
    'The message says why; the file is probably of another form.',
  ],
  'INGESTION.NO_SUCH_FILE': ["The file isn't there.", 'Check the path.'],
  'INGESTION.TOO_MANY_REJECTED': [
    'So many rows are refused that the file is probably read wrongly.',
    'Say its form by the option in the message, or use `--allow-rejects`.',
  ],
  'INGESTION.UNKNOWN_FORM': [
    "A column's values have no form that is known.",
    'Say it, for times by `--time-format`.',
  ],
  'INGESTION.UNKNOWN_PRESET': ['There is no preset of this name.', 'Use one of those in the message.'],
  'INGESTION.UNREADABLE_FILE': [
    "The path is a folder, or the file can't be opened.",
    'Check the path and the mode.',
  ],
  'INGESTION.UNSUPPORTED_SERIES': [
    "The provider doesn't have bars of this kind.",
    'Use another series or provider.',
  ],
  'INGESTION.WHICH_SERIES': ["The file doesn't tell how its prices are adjusted.", 'Add `--source`.'],
  'INGESTION.WHOSE_BARS': ["The file doesn't tell whose bars it has.", 'Add `--symbol`.'],
  'PROVIDER.MALFORMED_ANSWER': [
    "The provider answered in a shape that isn't known.",
    'Try again; if it stays, the provider changed its interface.',
  ],
  'PROVIDER.NOT_AUTHORIZED': ['The provider refuses the key.', 'Check the key and what its plan allows.'],
  'PROVIDER.NOT_FOUND': ["The provider doesn't know the symbol.", 'Check how the provider writes it.'],
  'PROVIDER.NO_KEY': ['The provider needs a key and was given none.', 'Set it: see `.env.example`.'],
  'PROVIDER.NO_SUCH_HISTORY': ["The provider's history begins later.", 'Ask from the day in the message.'],
  'PROVIDER.RATE_LIMITED': [
    'The provider was asked too often.',
    'Wait, or ask for less; the request is tried again by itself first.',
  ],
  'PROVIDER.REFUSED': ['The provider refuses the request.', 'Read its words in the message.'],
  'PROVIDER.TIMEOUT': ['The provider did not answer in time.', 'Try again.'],
  'PROVIDER.UNAVAILABLE': ["The provider is down, or can't be reached.", 'Try again later.'],
  'INGESTION.INVALID_ACTION': [
    'A field of a corporate action is wrong; the message names it.',
    'Correct the field.',
  ],
} as const satisfies ErrorEntries;
