import { signal } from '@preact/signals';
import { type Place, placeOf } from './place';

/** Where the page is. The address's fragment says it, so that the server needs to know one page only. */
export const place = signal<Place>(placeOf(location.hash));

/** Follows the address; called once. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    const before = place.value;
    place.value = placeOf(location.hash);
    if (before.path.join('/') !== place.value.path.join('/')) scrollTo(0, 0);
  });
}

/** Changes what the address's query says, and leaves the rest; without a new entry in the history. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(
    null,
    '',
    `#/${place.value.path.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`,
  );
  place.value = placeOf(location.hash);
}
