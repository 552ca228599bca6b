import { inTransaction, type ServicePool } from '@trading/database';
import { TradingError } from '@trading/model';
import type { StrategyKinds } from './kinds/strategyKinds';
import { marketTaken } from './oneStrategyAMarket';
import { addStrategyConfig } from './sql/addStrategyConfig';
import { lockStrategy } from './sql/lockStrategy';
import { updateStrategy } from './sql/updateStrategy';
import type { StrategyStatus } from './strategyStatus';

/** A strategy as its author states it. */
export interface StrategyDefinition {
  /** At most 100 characters; stays the same when the parameters change. */
  readonly strategyId: string;
  /** For people, at most 100 characters. */
  readonly name: string;
  /** `kind` chooses who reads the rest; see `StrategyKinds`. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A strategy as it is stored. */
export interface RegisteredStrategy {
  readonly strategyId: string;
  readonly name: string;
  readonly status: StrategyStatus;
  /** Its figures go on: it is active, or was stopped but still holds something. */
  readonly measured: boolean;
  /** The version of the parameters in force; null before the first. */
  readonly version: number | null;
  readonly parameters: unknown;
}

/** What a registration did. */
export interface Registration {
  readonly strategyId: string;
  readonly version: number;
  /** `created` a strategy, gave it a new `version`, or found all as it was. */
  readonly outcome: 'created' | 'new_version' | 'unchanged';
}

/**
 * Stores a strategy, or a change of its parameters as a new version; a new strategy is inactive. Registering the same
 * again changes nothing, and two registrations at once wait for each other.
 *
 * @throws TradingError `STRATEGY.INVALID_ID`, `STRATEGY.UNKNOWN_KIND`, `STRATEGY.INVALID_PARAMETERS`, `STRATEGY.MARKET_TAKEN`
 *   where it is active and another active strategy trades one of its symbols in the same account
 */
export async function registerStrategy(
  pool: ServicePool,
  kinds: StrategyKinds,
  definition: StrategyDefinition,
): Promise<Registration> {
  checkDefinition(kinds, definition);
  const { strategyId, name } = definition;
  const parameters = JSON.stringify(definition.parameters);
  return await inTransaction(pool, async (tx) => {
    const { isNew } = await lockStrategy(tx, { strategyId, name });
    const { version, added } = await addStrategyConfig(tx, { strategyId, parameters });
    await updateStrategy(tx, { strategyId, name, parameters }).catch((error: unknown) => {
      throw marketTaken(error, strategyId);
    });
    const changed = added ? 'new_version' : 'unchanged';
    return { strategyId, version, outcome: isNew ? 'created' : changed };
  });
}

/**
 * Reads a definition and stores nothing.
 *
 * @throws TradingError as `registerStrategy`
 */
export function checkDefinition(
  kinds: StrategyKinds,
  { strategyId, name, parameters }: StrategyDefinition,
): void {
  requireText('strategyId', strategyId);
  requireText('name', name);
  kinds.prepare(parameters);
}

function requireText(field: 'strategyId' | 'name', value: string): void {
  if (value.trim() !== '' && value.length <= 100) return;
  throw new TradingError('STRATEGY.INVALID_ID', `${field} is '${value}'; it must have 1 to 100 characters`, {
    details: { field, value },
  });
}
