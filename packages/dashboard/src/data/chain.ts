/** An event of a chain, with those that it caused. */
export interface Link<Event> {
  readonly event: Event;
  readonly caused: readonly Link<Event>[];
}

interface Caused {
  readonly eventId: string;
  readonly causationId: string | null;
}

/**
 * Draws up a chain's events as trees, in the order in which they come. What was caused by something that is not among them
 * stands at the top; so does what is part of a circle, which only wrong data can have.
 */
export function chainOf<Event extends Caused>(events: readonly Event[]): readonly Link<Event>[] {
  const ids = new Set(events.map(({ eventId }) => eventId));
  const causedBy = new Map<string, Event[]>();
  const tops: Event[] = [];
  for (const event of events) {
    const { causationId } = event;
    if (causationId === null || !ids.has(causationId) || causationId === event.eventId) tops.push(event);
    else causedBy.set(causationId, [...(causedBy.get(causationId) ?? []), event]);
  }
  const placed = new Set<string>();
  const link = (event: Event): Link<Event> => {
    placed.add(event.eventId);
    const caused = (causedBy.get(event.eventId) ?? []).filter(({ eventId }) => !placed.has(eventId));
    return { event, caused: caused.map(link) };
  };
  const trees = tops.map(link);
  for (const event of events) if (!placed.has(event.eventId)) trees.push(link(event));
  return trees;
}
