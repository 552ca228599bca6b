import { createServicePool, poolSql } from '@trading/database';
import { TradingError } from '@trading/model';
import {
  type FuzzTarget,
  hostileJson,
  hostilePieces,
  jsonOf,
  type Pieces,
  runFuzz,
  textOf,
} from '@trading/testing/fuzz';
import * as fc from 'fast-check';
import { createLogSink } from '../../src';

interface HostileLine {
  readonly message: Pieces;
  readonly eventType: Pieces;
  readonly correlationId: Pieces;
  readonly name: Pieces;
  readonly value: Parameters<typeof jsonOf>[0];
}

/** A batch of lines of which one or more are hostile: those that are not are written whatever stands in the others. */
function lines({ url = '' }: Readonly<Record<string, string>>): FuzzTarget<readonly HostileLine[]> {
  const pool = createServicePool({ url, service: 'logging' });
  const sql = poolSql(pool);
  let batch = 0;
  return {
    inputs: fc.array(
      fc.record({
        message: hostilePieces,
        eventType: hostilePieces,
        correlationId: hostilePieces,
        name: hostilePieces,
        value: hostileJson,
      }),
      { minLength: 1, maxLength: 3 },
    ),
    async take(hostile) {
      batch += 1;
      const said = `batch ${batch}`;
      const sink = createLogSink({ pool, service: 'fuzz' });
      sink.info(said);
      for (const { message, eventType, correlationId, name, value } of hostile) {
        const fields = {
          eventType: textOf(eventType),
          correlationId: textOf(correlationId),
          [textOf(name)]: JSON.parse(jsonOf(value)),
        };
        sink.warn(textOf(message), fields);
      }
      sink.info(said);
      await sink.close();
      const [row] = await sql.query<{ written: number }>(
        'SELECT count(*)::int AS written FROM logging.system_logs WHERE message = $1',
        [said],
      );
      if (row?.written === 2) return;
      throw new TradingError<'TESTING.LINES_LOST'>(
        'TESTING.LINES_LOST',
        `${row?.written} of the two good lines are written`,
        {
          kind: 'bug',
        },
      );
    },
    close: () => pool.end(),
  };
}

void runFuzz({ lines });
