import type { CatalogueObject } from './catalogue';

/** Kinds that a migration drops and makes by itself; all others are Prisma's, or nobody's to drop. */
export const OBJECT_KINDS: readonly string[] = [
  'type',
  'function',
  'procedure',
  'view',
  'materialized view',
  'constraint',
  'index',
  'trigger',
  'policy',
];

/** Kinds that follow from one statement of the catalogue, whatever file they came from. */
export const LOOSE_KINDS: readonly string[] = [
  'row security',
  'comment',
  'default privilege',
  'owner',
  'grant',
];

/** The statement that takes an object of {@link OBJECT_KINDS} away. */
export function dropOf({ kind, name, parent }: CatalogueObject): string {
  const last = parent === null ? name : name.slice(parent.length + 1);
  switch (kind) {
    case 'constraint':
      return `ALTER TABLE ${parent} DROP CONSTRAINT ${last};`;
    case 'trigger':
    case 'policy':
      return `DROP ${kind.toUpperCase()} ${last} ON ${parent};`;
    default:
      return `DROP ${kind.toUpperCase()} ${name};`;
  }
}

/** The statements that make a loose object what it is to be: `after`, or nothing where that is undefined. */
export function looseChange(
  before: CatalogueObject | undefined,
  after: CatalogueObject | undefined,
): string[] {
  return [
    ...(before === undefined ? [] : undoLoose(before)),
    ...(after === undefined ? [] : [after.definition]),
  ];
}

function undoLoose({ kind, name, definition }: CatalogueObject): string[] {
  switch (kind) {
    case 'row security':
      return [
        `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY;`,
        `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY;`,
      ];
    case 'comment':
      return [`${definition.slice(0, definition.indexOf(' IS '))} IS NULL;`];
    case 'grant':
      return [fromGrantee(definition.replace(/^GRANT /, 'REVOKE '))];
    case 'default privilege':
      return [
        definition.includes(' REVOKE ')
          ? definition.replace(' REVOKE ', ' GRANT ').replace(/ FROM PUBLIC;$/, ' TO PUBLIC;')
          : fromGrantee(definition.replace(' GRANT ', ' REVOKE ')),
      ];
    default:
      return [];
  }
}

/** `... TO role;` as a REVOKE has it: `... FROM role;`. */
function fromGrantee(sql: string): string {
  const place = sql.lastIndexOf(' TO ');
  return `${sql.slice(0, place)} FROM ${sql.slice(place + 4).replace(' WITH GRANT OPTION;', ';')}`;
}
