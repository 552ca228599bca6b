import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApiError } from './apiError';
import { get, type Query, urlOf } from './request';

/** What is known of an answer. Data stays while it is asked for again, so that nothing jumps. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
}

interface Entry {
  readonly url: string;
  readonly state: Signal<Answer<unknown>>;
  /** Types of events that make it out of date, of all who asked. */
  readonly on: Set<string>;
  users: number;
  /** Asked for once more, because something changed while it was being asked for. */
  again: boolean;
  running: Promise<void> | undefined;
}

/** By address, the youngest last. */
const entries = new Map<string, Entry>();
const KEPT = 60;

/**
 * The answer to a question, kept up to date while the component is there: it is asked for again when one of the events comes
 * that change it.
 *
 * @param path  null where there is nothing to ask yet
 * @param on    types of events, or `*` for all
 */
export function useAnswer<Data>(
  path: string | null,
  query: Query = {},
  on: readonly string[] = [],
): Answer<Data> & { readonly reload: () => void } {
  const url = path === null ? null : urlOf(path, query);
  const entry = url === null ? undefined : entryOf(url);
  for (const type of on) entry?.on.add(type);
  useEffect(() => {
    if (entry === undefined) return;
    entry.users += 1;
    void load(entry);
    return () => {
      entry.users -= 1;
    };
  }, [entry]);
  const state = entry?.state.value as Answer<Data> | undefined;
  return {
    data: state?.data,
    error: state?.error,
    reload: () => {
      if (entry !== undefined) void load(entry);
    },
  };
}

/** Asks again for what these events change. */
export function refreshAfter(types: ReadonlySet<string>): void {
  for (const entry of entries.values())
    if (entry.users > 0 && (entry.on.has('*') || [...types].some((type) => entry.on.has(type))))
      void load(entry);
}

/** Asks again for everything on the page: after a change, or when events may have been missed. */
export function refreshAll(): void {
  for (const entry of entries.values()) if (entry.users > 0) void load(entry);
}

/** Forgets every answer: another may be logged in now. */
export function forgetAnswers(): void {
  entries.clear();
}

function entryOf(url: string): Entry {
  let entry = entries.get(url);
  if (entry === undefined) {
    entry = {
      url,
      state: signal<Answer<unknown>>({ data: undefined, error: undefined }),
      on: new Set(),
      users: 0,
      again: false,
      running: undefined,
    };
    entries.set(url, entry);
    for (const [key, old] of entries) {
      if (entries.size <= KEPT) break;
      if (old.users === 0 && old !== entry) entries.delete(key);
    }
  }
  return entry;
}

async function load(entry: Entry): Promise<void> {
  if (entry.running !== undefined) {
    entry.again = true;
    return entry.running;
  }
  entry.running = (async () => {
    do {
      entry.again = false;
      try {
        const data = await get<unknown>(entry.url);
        entry.state.value = { data, error: undefined };
      } catch (error) {
        entry.state.value = { data: entry.state.value.data, error: error as ApiError };
      }
    } while (entry.again);
  })();
  await entry.running;
  entry.running = undefined;
}
