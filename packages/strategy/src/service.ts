import { poolSql, type ServicePool } from '@trading/database';
import { type BatchHandlers, byType, createPublisher } from '@trading/event-bus';
import { TradingError } from '@trading/model';
import { decideDue } from './decide/decideDue';
import { emitSignals } from './decide/emitSignals';
import { decideHere, type StrategyRunner } from './decide/material';
import type { ReadyStrategy, StrategyKind } from './define/defineStrategy';
import { createStrategyKinds } from './kinds/strategyKinds';
import { marketTaken } from './oneStrategyAMarket';
import { createPreparedStrategies, type UnreadableStrategyListener } from './preparedStrategies';
import { recordPerformance } from './recordPerformance';
import {
  checkDefinition,
  type RegisteredStrategy,
  type Registration,
  registerStrategy,
  type StrategyDefinition,
} from './register';
import { type StoredSignal, selectRecentSignals } from './sql/selectRecentSignals';
import { selectStrategies } from './sql/selectStrategies';
import { type StrategyVersion, selectVersions } from './sql/selectVersions';
import { updateStrategyStatus } from './sql/updateStrategyStatus';
import type { StrategyStatus } from './strategyStatus';

/** What the strategy service needs. */
export interface StrategyServiceOptions {
  readonly pool: ServicePool;
  /** Every kind that strategies may be of; those that come with the system if it isn't given. */
  readonly kinds?: readonly StrategyKind[] | undefined;
  /** Lets strategies decide; in this thread if it isn't given. */
  readonly run?: StrategyRunner | undefined;
  /** Called after signals were published outside of a handler, to wake consumers: `wakeUp.signal`. */
  readonly onPublished?: () => void;
  /** Told of each active strategy whose stored parameters can't be read. Ignored unless given. */
  readonly onUnreadableStrategy?: UnreadableStrategyListener;
}

/** Bars to signals: keeps the strategies, evaluates them on new bars, and records how they do. */
export interface StrategyService {
  /** For a consumer of the group `strategy`. */
  readonly batchHandlers: Required<Pick<BatchHandlers, 'market_data_updated' | 'performance_updated'>>;
  /**
   * Decides on moments that wait for bars of other symbols, or for fills; see `decideDue`. To be called again and again.
   *
   * @returns how many decisions were made
   */
  decideDue(): Promise<number>;
  /** Stores a strategy or a new version of its parameters, see `registerStrategy`. */
  register(definition: StrategyDefinition): Promise<Registration>;
  /**
   * Lets a strategy trade from the next bar on.
   *
   * @throws TradingError `STRATEGY.NOT_FOUND`, `STRATEGY.MARKET_TAKEN` where another active strategy trades one of its symbols in
   *   the same account, or what `register` says of parameters that can't be read
   */
  activate(strategyId: string): Promise<void>;
  /** Stops a strategy's signals for now; its positions stay. @throws TradingError `STRATEGY.NOT_FOUND` */
  pause(strategyId: string): Promise<void>;
  /** Ends a strategy; its positions stay. @throws TradingError `STRATEGY.NOT_FOUND` */
  deactivate(strategyId: string): Promise<void>;
  /**
   * Reads a definition as `register` does, and stores nothing.
   *
   * @throws TradingError as `register`
   */
  check(definition: StrategyDefinition): void;
  /** Every kind that strategies may be of. */
  readonly kinds: readonly StrategyKind[];
  /**
   * A strategy with these parameters, ready to decide, as live trading would have it.
   *
   * @throws TradingError `STRATEGY.UNKNOWN_KIND`, `STRATEGY.INVALID_PARAMETERS`
   */
  prepare(parameters: unknown): ReadyStrategy;
  /** Every version of a strategy's parameters, newest first. */
  versions(strategyId: string): Promise<StrategyVersion[]>;
  /** A strategy's last signals, newest bar first. */
  signals(strategyId: string, limit: number): Promise<StoredSignal[]>;
  /** @throws TradingError `STRATEGY.NOT_FOUND` */
  get(strategyId: string): Promise<RegisteredStrategy>;
  /** Every strategy, by id. */
  list(): Promise<RegisteredStrategy[]>;
}

/** Makes the strategy service over its pool; it holds nothing that needs closing. */
export function createStrategyService(options: StrategyServiceOptions): StrategyService {
  const { pool, run = decideHere, onPublished = () => {} } = options;
  const sql = poolSql(pool);
  const kinds = createStrategyKinds(options.kinds);
  const prepared = createPreparedStrategies(kinds, options.onUnreadableStrategy ?? (() => {}));

  const get = async (strategyId: string) => {
    const [strategy] = await selectStrategies(sql, strategyId);
    return strategy ?? notFound(strategyId);
  };
  const setStatus = async (strategyId: string, status: StrategyStatus) => {
    const updated = await updateStrategyStatus(sql, strategyId, status).catch((error: unknown) => {
      throw marketTaken(error, strategyId);
    });
    if (!updated) notFound(strategyId);
  };
  return {
    // Signals and figures are in tables of their own.
    batchHandlers: byType({
      market_data_updated: emitSignals(prepared, run),
      performance_updated: recordPerformance,
    }),
    decideDue: () =>
      decideDue({
        pool,
        strategies: prepared,
        run,
        publisher: createPublisher({ service: 'strategy', onPublished }),
      }),
    kinds: kinds.all,
    prepare: (parameters) => kinds.prepare(parameters),
    check: (definition) => checkDefinition(kinds, definition),
    versions: (strategyId) => selectVersions(sql, strategyId),
    signals: (strategyId, limit) => selectRecentSignals(sql, strategyId, limit),
    register: (definition) => registerStrategy(pool, kinds, definition),
    async activate(strategyId) {
      kinds.prepare((await get(strategyId)).parameters);
      await setStatus(strategyId, 'active');
    },
    pause: (strategyId) => setStatus(strategyId, 'paused'),
    deactivate: (strategyId) => setStatus(strategyId, 'inactive'),
    get,
    list: () => selectStrategies(sql),
  };
}

function notFound(strategyId: string): never {
  throw new TradingError('STRATEGY.NOT_FOUND', `there is no strategy '${strategyId}'`, {
    details: { field: 'strategyId', value: strategyId },
  });
}
