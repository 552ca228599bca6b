/** A newer part of a list before an older one, each item once, as the newer part has it. */
export function mergePages<Item>(
  newer: readonly Item[],
  older: readonly Item[],
  idOf: (item: Item) => string,
): Item[] {
  const known = new Set(newer.map(idOf));
  return [...newer, ...older.filter((item) => !known.has(idOf(item)))];
}
