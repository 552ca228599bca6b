import { isTradingError, TradingError } from '@trading/model';
import { type FuzzTarget, hostilePieces, type Pieces, runFuzz, textOf } from '@trading/testing/fuzz';
import * as fc from 'fast-check';
import { parseEnvironment } from '../src/environment';

/** Stands for a password: no error may repeat it. */
const SECRET = 'Hunter2-Hunter2';

const NAMES = [
  'DATABASE_URL',
  'REDIS_URL',
  'PREFECT_API_URL',
  'ALPACA_TRADING_ENVIRONMENT',
  'ALPACA_TRADING_STREAM_URL',
  'POLYGON_API_KEY',
];
const STARTS = [
  '',
  `postgresql://user:${SECRET}@`,
  `redis://:${SECRET}@`,
  `redis+cluster://:${SECRET}@a:1,`,
  'https://',
  `wss://u:${SECRET}@h/`,
  SECRET,
];

interface HostileVariable {
  readonly name: string;
  readonly start: string;
  readonly rest: Pieces;
}

function environment(): FuzzTarget<readonly HostileVariable[]> {
  return {
    inputs: fc.array(
      fc.record({ name: fc.constantFrom(...NAMES), start: fc.constantFrom(...STARTS), rest: hostilePieces }),
      { maxLength: 4 },
    ),
    take(variables) {
      // The environment of a process holds no NUL.
      const entries = variables.map(({ name, start, rest }) => [
        name,
        `${start}${textOf(rest)}`.replaceAll('\0', ''),
      ]);
      const env: Record<string, string> = Object.fromEntries(entries);
      try {
        parseEnvironment(env);
      } catch (error) {
        if (!isTradingError(error) || error.kind === 'bug') throw error;
        const told = `${error.message} ${JSON.stringify(error.details)}`;
        if (!told.includes(SECRET)) return;
        throw new TradingError<'TESTING.SECRET_TOLD'>(
          'TESTING.SECRET_TOLD',
          `an error repeats a password: ${told}`,
          {
            kind: 'bug',
          },
        );
      }
    },
  };
}

void runFuzz({ environment });
