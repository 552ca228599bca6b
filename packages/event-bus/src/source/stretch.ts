import type { Place } from '../place';
import type { RecordedEvent } from '../recordedEvent';

/** What the log holds behind a place, as far as a reader looked. */
export interface Stretch {
  /** The events of the wanted types, in commit order. */
  readonly events: readonly RecordedEvent[];
  /** How far it looked: nothing wanted lies between the last event and here. */
  readonly reached: Place;
  /** Whether it stopped for its limit: more may follow at once. */
  readonly full: boolean;
}

/**
 * Reads events of some types behind a place.
 *
 * @returns undefined where it can't know all that lies there
 */
export type StretchReader = (
  types: readonly string[],
  after: Place,
  limit: number,
) => Promise<Stretch | undefined>;
