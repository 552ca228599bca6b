import { useSignal } from '@preact/signals';
import type { Page } from './answers';
import type { ApiError } from './apiError';
import { mergePages } from './mergePages';
import { useAnswer } from './query';
import { get, type Query, urlOf } from './request';

/** A list that grows by pages, its first page kept up to date. */
export interface Pages<Item> {
  readonly items: readonly Item[] | undefined;
  readonly error: ApiError | undefined;
  /** Asks for the next page; undefined where there is none. */
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
}

/**
 * A list of the API, youngest first.
 *
 * @param idOf  what makes an item the same one when it comes again
 */
export function usePages<Item>(
  path: string | null,
  query: Query,
  on: readonly string[],
  idOf: (item: Item) => string,
): Pages<Item> {
  const first = useAnswer<Page<Item>>(path, query, on);
  const key = path === null ? '' : urlOf(path, query);
  const older = useSignal<{
    readonly key: string;
    readonly items: readonly Item[];
    readonly cursor: string | null;
  }>({
    key: '',
    items: [],
    cursor: null,
  });
  const failed = useSignal<ApiError | undefined>(undefined);
  const mine = older.value.key === key ? older.value : undefined;
  const cursor = mine === undefined ? (first.data?.nextCursor ?? null) : mine.cursor;
  const more = async () => {
    if (path === null || cursor === null) return;
    try {
      const page = await get<Page<Item>>(urlOf(path, { ...query, cursor }));
      // What stood on the first page until now may leave it as new items come.
      const before = mine?.items ?? first.data?.data ?? [];
      older.value = { key, items: mergePages(before, page.data, idOf), cursor: page.nextCursor };
      failed.value = undefined;
    } catch (error) {
      failed.value = error as ApiError;
    }
  };
  return {
    items: first.data === undefined ? undefined : mergePages(first.data.data, mine?.items ?? [], idOf),
    error: first.error ?? failed.value,
    more: cursor === null ? undefined : () => void more(),
    reload: first.reload,
  };
}
