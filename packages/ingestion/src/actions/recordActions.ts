import { randomUUID } from 'node:crypto';
import { inTransaction, poolSql } from '@trading/database';
import { type Decimal, dailyBarStart, type EventData, isTradingError } from '@trading/model';
import type { IngestionTools } from '../ingestionTools';
import { type ActionFilter, insertAction, selectActions } from '../sql/corporateActions';
import { type Finding, insertFindings } from '../sql/insertFindings';
import {
  ACTION_SOURCES,
  type AnnouncedAction,
  actionIdOf,
  type CorporateAction,
  parseActionId,
} from './corporateAction';

/**
 * What became of an announced action: `recorded` as a new one, `corrected` by a new version, `unchanged`, or `kept` as it
 * was, because a source that ranks higher says otherwise.
 */
export type ActionOutcome = 'recorded' | 'corrected' | 'unchanged' | 'kept';

/** What became of one action. */
export interface RecordedAction {
  readonly actionId: string;
  readonly outcome: ActionOutcome;
}

/** What companies did to their shares. */
export interface CorporateActions {
  /** The last version of each, by ex-date. @throws TradingError `DATABASE.*` */
  list(filter?: ActionFilter): Promise<CorporateAction[]>;
  /**
   * Records what a source tells: one action by symbol, type and ex-date, whoever tells of it. What changes an action is a
   * new version, and `corporate_action_updated` tells of it in the same transaction. What a lower source says otherwise
   * changes nothing and is a finding in data_quality_logs.
   *
   * @throws TradingError `DATABASE.*`
   */
  record(actions: readonly AnnouncedAction[], reason?: string): Promise<RecordedAction[]>;
  /**
   * Says that an action does not take place; what it did to positions is taken back. An action that nobody told of can be
   * cancelled beforehand.
   *
   * @throws TradingError `INGESTION.INVALID_ACTION` where it is no id of an action, `MODEL.*`, `DATABASE.*`
   */
  cancel(actionId: string, reason: string): Promise<RecordedAction>;
}

/** Makes the store of corporate actions. */
export function createCorporateActions({
  pool,
  publisher,
}: Pick<IngestionTools, 'pool' | 'publisher'>): CorporateActions {
  const write = (
    wanted: readonly AnnouncedAction[],
    next: (announced: AnnouncedAction, known: CorporateAction | undefined) => Verdict,
  ) =>
    againIfWritten(() =>
      inTransaction(pool, async (tx) => {
        // Of two tellings of one action in one call the last counts.
        const byId = new Map(wanted.map((action) => [actionIdOf(action), action]));
        const actionIds = [...byId.keys()].sort();
        const known = new Map(
          (await selectActions(tx, { actionIds })).map((action) => [action.actionId, action]),
        );
        const done: RecordedAction[] = [];
        const correlationId = randomUUID();
        for (const actionId of actionIds) {
          const announced = byId.get(actionId) as AnnouncedAction;
          const verdict = next(announced, known.get(actionId));
          done.push({ actionId, outcome: verdict.outcome });
          if (verdict.finding !== undefined) await insertFindings(tx, [verdict.finding]);
          if (verdict.version === undefined) continue;
          await insertAction(tx, verdict.version);
          await publisher.publishAll(tx, [
            {
              type: 'corporate_action_updated',
              data: eventData(verdict.version),
              correlationId,
              occurredAt: dailyBarStart(verdict.version.exDate),
            },
          ]);
        }
        return done;
      }),
    );
  return {
    list: (filter = {}) => selectActions(poolSql(pool), filter),
    record: (actions, reason) =>
      actions.length === 0
        ? Promise.resolve([])
        : write(actions, (announced, known) => judge(announced, known, reason)),
    async cancel(actionId, reason) {
      const named = parseActionId(actionId);
      const [done] = await write([named], (_, known) => {
        if (known?.status === 'cancelled') return { outcome: 'unchanged' };
        const version = (known?.version ?? 0) + 1;
        return {
          outcome: known === undefined ? 'recorded' : 'corrected',
          version: {
            ...(known ?? { ...named, actionId }),
            version,
            status: 'cancelled',
            source: 'manual',
            reason,
          },
        };
      });
      return done ?? { actionId, outcome: 'unchanged' };
    },
  };
}

/** Another writer may have stored the next version of an action meanwhile: then all is judged once more, with it in view. */
async function againIfWritten<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isTradingError(error, 'DATABASE.UNIQUE_VIOLATION')) throw error;
    return await write();
  }
}

interface Verdict {
  readonly outcome: ActionOutcome;
  readonly version?: Omit<CorporateAction, 'recordedAt'>;
  readonly finding?: Finding;
}

/** What an announcement makes of what is known. */
function judge(
  announced: AnnouncedAction,
  known: CorporateAction | undefined,
  reason: string | undefined,
): Verdict {
  const actionId = actionIdOf(announced);
  if (known === undefined) {
    const version = {
      ...announced,
      actionId,
      version: 1,
      status: 'active' as const,
      reason: reason ?? null,
    };
    return { outcome: 'recorded', version };
  }
  const outranked = rank(announced) < rank(known);
  // What somebody cancelled stays cancelled until somebody of the same rank says otherwise.
  if (known.status === 'cancelled' && outranked) return { outcome: 'kept' };
  const differs = !sameTerms(announced, known);
  const finding = differs ? disagreement(announced, known) : undefined;
  if (differs && outranked) return { outcome: 'kept', finding: disagreement(announced, known) };
  const terms = differs ? announced : known;
  const merged = {
    ...known,
    numerator: terms.numerator,
    denominator: terms.denominator,
    amount: terms.amount,
    currency: terms.currency,
    newSymbol: terms.newSymbol,
    recordDate: outranked
      ? (known.recordDate ?? announced.recordDate)
      : (announced.recordDate ?? known.recordDate),
    payDate: outranked ? (known.payDate ?? announced.payDate) : (announced.payDate ?? known.payDate),
    status: 'active' as const,
  };
  const unchanged =
    !differs &&
    known.status === 'active' &&
    merged.recordDate === known.recordDate &&
    merged.payDate === known.payDate;
  if (unchanged) return { outcome: 'unchanged' };
  return {
    outcome: 'corrected',
    version: {
      ...merged,
      version: known.version + 1,
      source: outranked ? known.source : announced.source,
      sourceId: announced.sourceId ?? known.sourceId,
      reason: reason ?? null,
    },
    ...(finding === undefined ? {} : { finding }),
  };
}

function rank({ source }: { readonly source: AnnouncedAction['source'] }): number {
  return ACTION_SOURCES.indexOf(source);
}

/** Sources round amounts: within a thousandth they say the same. */
const SAME_AMOUNT = '0.001';

function sameTerms(one: AnnouncedAction, other: AnnouncedAction): boolean {
  const ratio = (action: AnnouncedAction) =>
    action.numerator === null || action.denominator === null
      ? null
      : action.numerator.div(action.denominator);
  const close = (a: Decimal | null, b: Decimal | null) =>
    a === null || b === null ? a === b : a.minus(b).abs().lte(b.times(SAME_AMOUNT));
  const equal = (a: Decimal | null, b: Decimal | null) => (a === null || b === null ? a === b : a.eq(b));
  return (
    equal(ratio(one), ratio(other)) &&
    close(one.amount, other.amount) &&
    one.currency === other.currency &&
    one.newSymbol === other.newSymbol
  );
}

function disagreement(announced: AnnouncedAction, known: CorporateAction): Finding {
  const terms = (action: AnnouncedAction) =>
    [
      action.numerator === null ? '' : `${action.numerator}:${action.denominator}`,
      action.amount === null ? '' : `${action.amount} ${action.currency}`,
      action.newSymbol ?? '',
    ]
      .filter((term) => term !== '')
      .join(' ');
  return {
    symbol: known.symbol,
    dataSource: announced.source,
    check: 'corporate_action',
    status: 'warning',
    timestamp: dailyBarStart(known.exDate),
    message: `${announced.source} says ${terms(announced)} of ${known.actionId}, ${known.source} said ${terms(known)}`,
    details: { actionId: known.actionId, announced: terms(announced), known: terms(known) },
  };
}

function eventData(action: Omit<CorporateAction, 'recordedAt'>): EventData<'corporate_action_updated'> {
  const { actionId, version, symbol, type, exDate, recordDate, payDate, newSymbol, source, status } = action;
  return {
    ...{ actionId, version, symbol, type, exDate, recordDate, payDate },
    numerator: action.numerator?.toString() ?? null,
    denominator: action.denominator?.toString() ?? null,
    amount: action.amount?.toString() ?? null,
    currency: action.currency,
    ...{ newSymbol, source, status },
  };
}
