import { type CatalogueObject, compareText } from './catalogue';

/** Kinds in the order in which they stand, those of a table below it. */
const TOP = [
  'extension',
  'schema',
  'type',
  'sequence',
  'table',
  'view',
  'materialized view',
  'function',
  'procedure',
];
const OF_TABLE = ['partition', 'constraint', 'index', 'row security', 'policy', 'trigger'];
const LAST = ['comment', 'default privilege', 'owner', 'grant'];

/**
 * A catalogue as one text for reviewers: what a change does to the database as a whole is this text's difference. Not
 * meant to be run.
 *
 * @param header  comment lines at the top
 */
export function renderSnapshot(catalogue: readonly CatalogueObject[], header: string): string {
  const children = new Map<string, CatalogueObject[]>();
  for (const object of catalogue) {
    if (object.parent === null || LAST.includes(object.kind)) continue;
    children.set(object.parent, [...(children.get(object.parent) ?? []), object]);
  }
  const parts = [header];
  for (const kind of TOP) {
    for (const object of catalogue.filter((candidate) => candidate.kind === kind).sort(byName)) {
      const below = children.get(object.name) ?? [];
      parts.push(
        [
          definitionOf(object, below),
          ...below
            .filter(({ kind }) => kind !== 'column')
            .sort(byKind)
            .map(({ definition }) => definition),
        ].join('\n'),
      );
    }
  }
  for (const kind of LAST) {
    const lines = catalogue.filter((candidate) => candidate.kind === kind).sort(byName);
    if (lines.length > 0) parts.push(lines.map(({ definition }) => definition).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function definitionOf(object: CatalogueObject, below: readonly CatalogueObject[]): string {
  if (object.kind !== 'table') return object.definition;
  const columns = below
    .filter(({ kind }) => kind === 'column')
    .sort((a, b) => a.position - b.position)
    .map(({ definition }) => `  ${definition}`);
  return object.definition.replace(
    ` TABLE ${object.name}`,
    ` TABLE ${object.name} (\n${columns.join(',\n')}\n)`,
  );
}

function byName(a: CatalogueObject, b: CatalogueObject): number {
  return compareText(a.name, b.name);
}

function byKind(a: CatalogueObject, b: CatalogueObject): number {
  return OF_TABLE.indexOf(a.kind) - OF_TABLE.indexOf(b.kind) || byName(a, b);
}
