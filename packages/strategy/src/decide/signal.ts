import { Decimal, type EventData } from '@trading/model';
import { TICKS_PER_UNIT } from '../define/bars';
import type { Wanted } from '../define/decision';
import type { ReadyStrategy } from '../define/defineStrategy';
import type { NewSignal } from '../sql/insertSignals';
import type { DecisionMaterial } from './material';
import { signalId } from './signalId';

/** A signal, as a row and as an event. */
export interface Candidate {
  readonly row: NewSignal;
  readonly data: EventData<'signal_generated'>;
}

/** The signal that something wanted becomes. */
export function candidateOf(
  strategyId: string,
  { parameters }: ReadyStrategy,
  { at, series }: DecisionMaterial,
  { symbol, signal, strength, targetNotional, targetQuantity, orders }: Wanted,
  correlationId: string,
): Candidate {
  const { accountId, signalSource: dataSource, tradingSource } = parameters;
  const bars = series.get(symbol);
  const price = new Decimal(bars?.columns.close?.[bars.length - 1] ?? Number.NaN).div(TICKS_PER_UNIT);
  const barTimestamp = new Date(at);
  const id = signalId(strategyId, symbol, barTimestamp);
  const asked = {
    ...(targetQuantity === undefined ? {} : { targetQuantity: targetQuantity.toFixed() }),
    ...(orders === undefined ? {} : { orders: [...orders] }),
  };
  return {
    row: {
      signalId: id,
      strategyId,
      symbol,
      signal,
      strength,
      barTimestamp,
      price,
      dataSource,
      correlationId,
      target: { notional: targetNotional.toString(), ...asked },
    },
    data: {
      signalId: id,
      strategyId,
      accountId,
      symbol,
      signal,
      strength: strength.toFixed(2),
      targetNotional: targetNotional.toString(),
      ...asked,
      price: price.toString(),
      barTimestamp: barTimestamp.toISOString(),
      dataSource,
      tradingSource,
    },
  };
}
