/** What a consumer is doing and has done since it was made. */
export interface ConsumerFigures {
  readonly group: string;
  /** `halted`: an event could not be handled and the group's rule is to stop there. */
  readonly state: 'stopped' | 'running' | 'halted';
  /** Events whose effect was committed. */
  readonly handled: number;
  /** Events that came again though they had had their effect, and were passed over. */
  readonly repeated: number;
  /** Events that the handlers published. */
  readonly published: number;
  /** Failed attempts that were followed by another. */
  readonly retries: number;
  /** Events that went to the dead letters. */
  readonly dead: number;
  readonly lastError: string | null;
}

/** The same figures while they are being counted. */
export type Tally = {
  -readonly [K in Exclude<keyof ConsumerFigures, 'group' | 'state'>]: ConsumerFigures[K];
};

export function emptyTally(): Tally {
  return { handled: 0, repeated: 0, published: 0, retries: 0, dead: 0, lastError: null };
}
