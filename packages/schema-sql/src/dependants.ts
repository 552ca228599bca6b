import type { ClientBase } from 'pg';
import { type CatalogueObject, keyOf } from './catalogue';

/** A column that is about to be dropped or to get another type. */
export interface ChangedColumn {
  readonly table: string;
  readonly column: string;
}

/**
 * What PostgreSQL would not let us drop the objects, or change the columns, without: views that read them, checks, indexes,
 * policies and triggers that call them, and what depends on those.
 *
 * @returns the keys of those objects; what is no object of a file (a column's default) is left out, so that dropping fails
 */
export async function dependantsOf(
  client: ClientBase,
  objects: readonly CatalogueObject[],
  columns: readonly ChangedColumn[],
): Promise<Set<string>> {
  const named = (...kinds: string[]) =>
    objects.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const { rows } = await client.query<{ type: string; identity: string }>(DEPENDANTS, [
    named('function', 'procedure'),
    named('view', 'materialized view'),
    named('type'),
    columns.map(({ table }) => table),
    columns.map(({ column }) => column),
  ]);
  return new Set(rows.map(({ type, identity }) => keyOf(objectOf(type, identity))));
}

/** A rule stands for its view, and the type of a view's rows for the view. */
const DEPENDANTS = `
  WITH RECURSIVE root (class, object, part) AS (
    SELECT 'pg_proc'::regclass::oid, name::regprocedure::oid, 0 FROM unnest($1::text[]) AS name
    UNION ALL SELECT 'pg_class'::regclass::oid, name::regclass::oid, 0 FROM unnest($2::text[]) AS name
    UNION ALL SELECT 'pg_type'::regclass::oid, name::regtype::oid, 0 FROM unnest($3::text[]) AS name
    UNION ALL SELECT 'pg_class'::regclass::oid, a.attrelid, a.attnum FROM unnest($4::text[], $5::text[]) AS c (t, n)
               JOIN pg_attribute AS a ON a.attrelid = c.t::regclass AND a.attname = c.n),
  affected (class, object, part) AS (
    SELECT * FROM root
    UNION
    SELECT next.class, next.object, 0
      FROM affected AS a CROSS JOIN LATERAL (
        SELECT coalesce((SELECT 'pg_class'::regclass::oid FROM pg_rewrite AS r WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid), d.classid) AS class,
               coalesce((SELECT r.ev_class FROM pg_rewrite AS r WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid), d.objid) AS object
          FROM pg_depend AS d
         WHERE d.refclassid = a.class AND d.refobjid = a.object AND (a.part = 0 OR d.refobjsubid = a.part) AND d.deptype IN ('n', 'a')
        UNION ALL
        SELECT 'pg_type'::regclass::oid, c.reltype FROM pg_class AS c
         WHERE a.class = 'pg_class'::regclass AND a.part = 0 AND c.oid = a.object AND c.relkind IN ('v', 'm')) AS next)
  SELECT DISTINCT i.type, i.identity FROM affected AS a CROSS JOIN LATERAL pg_identify_object(a.class, a.object, 0) AS i
   WHERE (a.class, a.object) NOT IN (SELECT class, object FROM root) AND i.identity IS NOT NULL`;

/** PostgreSQL's name of an object as the catalogue here has it. */
function objectOf(type: string, identity: string): { kind: string; name: string } {
  const kind = type === 'table constraint' ? 'constraint' : type;
  if (['constraint', 'trigger', 'policy'].includes(kind)) {
    const [name = '', table = ''] = identity.split(' on ');
    return { kind, name: `${table}.${name}` };
  }
  return { kind, name: kind === 'function' ? identity.replaceAll(',', ', ') : identity };
}
