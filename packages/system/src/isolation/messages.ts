import { Decimal, TradingError } from '@trading/model';
import type { DecisionMaterial, Outcome, Wanted } from '@trading/strategy';

/** What the thread of strategies is started with. */
export interface ThreadData {
  readonly configPath: string;
}

/** A decision that is asked for. */
export interface DecisionRequest {
  readonly id: number;
  readonly parameters: unknown;
  readonly material: DecisionMaterial;
}

/** A `Wanted` as it crosses threads: decimals are text. */
type SentWanted = Omit<Wanted, 'strength' | 'targetNotional' | 'targetQuantity'> & {
  readonly strength: string;
  readonly targetNotional: string;
  readonly targetQuantity?: string;
};

/** What comes back. */
export type DecisionReply =
  | { readonly ready: true }
  | { readonly id: number; readonly wanted: readonly SentWanted[]; readonly state?: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

export function sent({ wanted, ...rest }: Outcome): { wanted: SentWanted[]; state?: unknown } {
  return {
    ...rest,
    wanted: wanted.map(({ strength, targetNotional, targetQuantity, ...each }) => ({
      ...each,
      strength: strength.toFixed(),
      targetNotional: targetNotional.toFixed(),
      ...(targetQuantity === undefined ? {} : { targetQuantity: targetQuantity.toFixed() }),
    })),
  };
}

/** @throws TradingError with the code that the strategy's thread gave */
export function received(reply: Exclude<DecisionReply, { ready: true }>): Outcome {
  if ('error' in reply) throw new TradingError<string>(reply.error.code, reply.error.message);
  const { id: _id, wanted, ...rest } = reply;
  return {
    ...rest,
    wanted: wanted.map(({ strength, targetNotional, targetQuantity, ...each }) => ({
      ...each,
      strength: new Decimal(strength),
      targetNotional: new Decimal(targetNotional),
      ...(targetQuantity === undefined ? {} : { targetQuantity: new Decimal(targetQuantity) }),
    })),
  };
}
