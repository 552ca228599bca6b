import type { Pages } from '../data/pages';

/** Asks for a list's next page. */
export function More<Item>({ pages }: { readonly pages: Pages<Item> }) {
  return pages.more === undefined ? null : (
    <div class="nothing">
      <button type="button" class="button" onClick={pages.more}>
        Show older ones
      </button>
    </div>
  );
}
