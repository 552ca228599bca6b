import { type CatalogueObject, compareText, keyOf } from './catalogue';

/** An object that two databases don't have alike. */
export interface Difference {
  readonly kind: string;
  readonly name: string;
  /** How it is in the first; undefined where it is missing there. */
  readonly before: CatalogueObject | undefined;
  /** How it is in the second; undefined where it is missing there. */
  readonly after: CatalogueObject | undefined;
}

/** What makes the second catalogue another than the first: nothing where they are equal. The order of columns is no difference. */
export function compareCatalogues(
  first: readonly CatalogueObject[],
  second: readonly CatalogueObject[],
): Difference[] {
  const [before, after] = [byKey(first), byKey(second)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return keys.flatMap((key) => {
    const pair = { before: before.get(key), after: after.get(key) };
    const object = pair.before ?? pair.after;
    if (object === undefined || pair.before?.definition === pair.after?.definition) return [];
    return [{ kind: object.kind, name: object.name, ...pair }];
  });
}

function byKey(objects: readonly CatalogueObject[]): Map<string, CatalogueObject> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}
