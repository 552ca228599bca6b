/**
 * What there is in a database, kind by kind, read from the catalogue. Each query answers rows of
 * `kind, name, parent, position, definition, xid`: a name is unique in its kind, `definition` is SQL that PostgreSQL itself
 * writes wherever it can, `xid` is the transaction that last wrote the object's row.
 *
 * Not read: aggregates, operators, casts, text search, foreign data, publications, extended statistics, event triggers.
 */

/** Objects of the user's schemas: neither the system's nor an extension's. */
const OWN_SCHEMA = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const notOfExtension = (catalogue: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = '${catalogue}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;

/** Prisma's own table is no part of the schema. */
const NOT_PRISMAS = `c.relname <> '_prisma_migrations'`;

const TABLE = `format('%I.%I', n.nspname, c.relname)`;

/** Tables, partitioned ones included; what a partition inherits is its parent's. */
const TABLES = `pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace`;
const IS_TABLE = `c.relkind IN ('r', 'p') AND ${OWN_SCHEMA} AND ${NOT_PRISMAS} AND ${notOfExtension('pg_class', 'c.oid')}`;

const schemas = `
  SELECT 'schema' AS kind, quote_ident(n.nspname) AS name, NULL AS parent, 0 AS position,
         format('CREATE SCHEMA %I;', n.nspname) AS definition, n.xmin AS xid
    FROM pg_namespace AS n WHERE ${OWN_SCHEMA} AND n.nspname <> 'public' AND ${notOfExtension('pg_namespace', 'n.oid')}`;

const extensions = `
  SELECT 'extension', quote_ident(e.extname), NULL, 0, format('CREATE EXTENSION %I;', e.extname), e.xmin
    FROM pg_extension AS e WHERE e.extname <> 'plpgsql'`;

const types = `
  SELECT 'type', format('%I.%I', n.nspname, t.typname), NULL, 0,
         CASE t.typtype
           WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname,
             (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid))
           WHEN 'd' THEN format('CREATE DOMAIN %I.%I AS %s%s%s%s;', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
             ' DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN ' NOT NULL' END,
             (SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
                FROM pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'))
           WHEN 'r' THEN format('CREATE TYPE %I.%I AS RANGE (subtype = %s);', n.nspname, t.typname,
             (SELECT format_type(r.rngsubtype, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid))
           ELSE format('CREATE TYPE %I.%I AS (%s);', n.nspname, t.typname,
             (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
                FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
         END, t.xmin
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace LEFT JOIN pg_class AS c ON c.oid = t.typrelid
   WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_type', 't.oid')}
     AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))`;

const sequences = `
  SELECT 'sequence', ${TABLE}, NULL, 0,
         format('CREATE SEQUENCE %I.%I AS %s INCREMENT BY %s START WITH %s CACHE %s%s%s;', n.nspname, c.relname,
           format_type(s.seqtypid, NULL), s.seqincrement, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END,
           (SELECT ' OWNED BY ' || format('%I.%I.%I', tn.nspname, t.relname, a.attname)
              FROM pg_depend AS d JOIN pg_class AS t ON t.oid = d.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
              JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
             WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a')), c.xmin
    FROM ${TABLES} JOIN pg_sequence AS s ON s.seqrelid = c.oid
   WHERE c.relkind = 'S' AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
     AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')`;

const tables = `
  SELECT 'table', ${TABLE}, NULL, 0,
         format('CREATE%s TABLE %I.%I%s%s;', CASE c.relpersistence WHEN 'u' THEN ' UNLOGGED' END, n.nspname, c.relname,
           ' PARTITION BY ' || pg_get_partkeydef(c.oid), ' WITH (' || array_to_string(c.reloptions, ', ') || ')'), c.xmin
    FROM ${TABLES} WHERE ${IS_TABLE} AND NOT c.relispartition`;

const rowSecurity = `
  SELECT 'row security', ${TABLE}, ${TABLE}, 0,
         concat(CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', n.nspname, c.relname) END,
           CASE WHEN c.relforcerowsecurity THEN format(E'\\nALTER TABLE %I.%I FORCE ROW LEVEL SECURITY;', n.nspname, c.relname) END), c.xmin
    FROM ${TABLES} WHERE ${IS_TABLE} AND (c.relrowsecurity OR c.relforcerowsecurity)`;

const columns = `
  SELECT 'column', format('%I.%I.%I', n.nspname, c.relname, a.attname), ${TABLE}, a.attnum::int,
         concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
           (SELECT format('COLLATE %I', k.collname) FROM pg_collation AS k JOIN pg_type AS t ON t.oid = a.atttypid
             WHERE k.oid = a.attcollation AND a.attcollation <> t.typcollation),
           CASE WHEN a.attnotnull THEN 'NOT NULL' END,
           CASE a.attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
           CASE WHEN f.adbin IS NULL THEN NULL
                WHEN a.attgenerated <> '' THEN format('GENERATED ALWAYS AS (%s) %s', pg_get_expr(f.adbin, f.adrelid),
                  CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
                ELSE 'DEFAULT ' || pg_get_expr(f.adbin, f.adrelid) END), a.xmin
    FROM ${TABLES} JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef AS f ON f.adrelid = c.oid AND f.adnum = a.attnum
   WHERE ${IS_TABLE} AND NOT c.relispartition`;

const partitions = `
  SELECT 'partition', ${TABLE}, p.inhparent::regclass::text, 0,
         format('CREATE TABLE %I.%I PARTITION OF %s %s;', n.nspname, c.relname, p.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid)), c.xmin
    FROM ${TABLES} JOIN pg_inherits AS p ON p.inhrelid = c.oid WHERE ${IS_TABLE} AND c.relispartition`;

const constraints = `
  SELECT 'constraint', format('%I.%I.%I', n.nspname, c.relname, k.conname), ${TABLE}, 0,
         format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s;', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)), k.xmin
    FROM pg_constraint AS k JOIN ${TABLES} ON c.oid = k.conrelid
   WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND NOT (c.relispartition AND k.coninhcount > 0) AND ${IS_TABLE}`;

const indexes = `
  SELECT 'index', format('%I.%I', n.nspname, i.relname), ${TABLE}, 0,
         regexp_replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ') || ';', i.xmin
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN ${TABLES} ON c.oid = x.indrelid
   WHERE ${IS_TABLE} AND NOT i.relispartition
     AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))`;

const views = `
  SELECT CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, ${TABLE}, NULL, 0,
         format(E'CREATE %sVIEW %I.%I%s AS\\n%s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' END, n.nspname, c.relname,
           ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid)),
         (SELECT r.xmin FROM pg_rewrite AS r WHERE r.ev_class = c.oid AND r.rulename = '_RETURN')
    FROM ${TABLES} WHERE c.relkind IN ('v', 'm') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}`;

const functions = `
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
         format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), NULL, 0, rtrim(pg_get_functiondef(p.oid), E'\\n') || ';', p.xmin
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
   WHERE ${OWN_SCHEMA} AND p.prokind IN ('f', 'p', 'w') AND ${notOfExtension('pg_proc', 'p.oid')}`;

const triggers = `
  SELECT 'trigger', format('%I.%I.%I', n.nspname, c.relname, g.tgname), ${TABLE}, 0,
         pg_get_triggerdef(g.oid) || ';' || CASE g.tgenabled WHEN 'O' THEN ''
           ELSE format(E'\\nALTER TABLE %I.%I %s TRIGGER %I;', n.nspname, c.relname,
             CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END, g.xmin
    FROM pg_trigger AS g JOIN ${TABLES} ON c.oid = g.tgrelid
   WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ${OWN_SCHEMA} AND ${notOfExtension('pg_trigger', 'g.oid')}`;

const policies = `
  SELECT 'policy', format('%I.%I.%I', n.nspname, c.relname, p.polname), ${TABLE}, 0,
         concat(format('CREATE POLICY %I ON %I.%I', p.polname, n.nspname, c.relname), CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
           ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           ' TO ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY pg_get_userbyid(r))
                        FROM unnest(p.polroles) AS r),
           ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ';'), p.xmin
    FROM pg_policy AS p JOIN ${TABLES} ON c.oid = p.polrelid WHERE ${IS_TABLE}`;

/** A right that is in effect, however it came about: what everybody may do by default is one too. */
const grantsOn = (rows: string) => `
  SELECT 'grant', format('%s %s to %s', what, name, grantee), name, 0,
         format('GRANT %s ON %s %s TO %s%s;',
           CASE WHEN what = 'TABLE' AND columns IS NULL AND privileges @> ARRAY['DELETE', 'INSERT', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']
                THEN 'ALL' ELSE array_to_string(ARRAY(SELECT p || coalesce(' (' || columns || ')', '') FROM unnest(privileges) AS p), ', ') END,
           what, target, grantee, CASE WHEN grantable THEN ' WITH GRANT OPTION' END), xid
    FROM (SELECT o.what, o.name, o.target, o.columns, o.xid, a.is_grantable AS grantable,
                 CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee,
                 array_agg(a.privilege_type ORDER BY a.privilege_type) AS privileges
            FROM (${rows}) AS o CROSS JOIN aclexplode(o.acl) AS a WHERE a.grantee <> o.owner
           GROUP BY o.what, o.name, o.target, o.columns, o.xid, a.is_grantable, a.grantee) AS granted`;

const grants = [
  `SELECT 'SCHEMA' AS what, quote_ident(n.nspname) AS name, quote_ident(n.nspname) AS target, NULL AS columns,
          coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl, n.nspowner AS owner, n.xmin::text AS xid FROM pg_namespace AS n WHERE ${OWN_SCHEMA}`,
  `SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS what, ${TABLE} AS name, ${TABLE} AS target, NULL AS columns,
          coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl, c.relowner AS owner, c.xmin::text AS xid
     FROM ${TABLES} WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${OWN_SCHEMA} AND ${NOT_PRISMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  `SELECT 'TABLE' AS what, format('%I.%I.%I', n.nspname, c.relname, a.attname) AS name, ${TABLE} AS target, quote_ident(a.attname) AS columns,
          a.attacl AS acl, c.relowner AS owner, a.xmin::text AS xid
     FROM ${TABLES} JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attacl IS NOT NULL WHERE ${OWN_SCHEMA}`,
  `SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS what, format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS name,
          format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS target, NULL AS columns,
          coalesce(p.proacl, acldefault('f', p.proowner)) AS acl, p.proowner AS owner, p.xmin::text AS xid
     FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}`,
].map(grantsOn);

/** Whose a thing is, where it isn't the owner of the database. */
const owners = `
  WITH main AS (SELECT d.datdba AS owner FROM pg_database AS d WHERE d.datname = current_database())
  SELECT 'owner', o.what || ' ' || o.name, o.name, 0, format('ALTER %s %s OWNER TO %I;', o.what, o.name, pg_get_userbyid(o.owner)), o.xid
    FROM main, (
      SELECT 'SCHEMA' AS what, quote_ident(n.nspname) AS name, n.nspowner AS owner, n.xmin AS xid FROM pg_namespace AS n
       WHERE ${OWN_SCHEMA} AND pg_get_userbyid(n.nspowner) <> 'pg_database_owner'
      UNION ALL
      SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, ${TABLE}, c.relowner, c.xmin
        FROM ${TABLES} WHERE c.relkind IN ('r', 'p', 'v', 'm') AND ${OWN_SCHEMA} AND ${NOT_PRISMAS} AND ${notOfExtension('pg_class', 'c.oid')}
      UNION ALL
      SELECT 'ROUTINE', format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), p.proowner, p.xmin
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_proc', 'p.oid')}) AS o
   WHERE o.owner <> main.owner`;

/** Rights that objects made later are born with. A right that everybody has by default and that is taken away is told as such. */
const defaultPrivileges = `
  WITH entries AS (
    SELECT x.*, x.xmin AS xid, CASE x.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END AS what,
           CASE WHEN x.defaclrole <> d.datdba THEN format(' FOR ROLE %I', pg_get_userbyid(x.defaclrole)) ELSE '' END
             || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') AS place
      FROM pg_default_acl AS x JOIN pg_database AS d ON d.datname = current_database() LEFT JOIN pg_namespace AS n ON n.oid = x.defaclnamespace)
  SELECT 'default privilege', format('%s%s to %s', e.what, e.place, g.grantee), NULL, 0,
         format('ALTER DEFAULT PRIVILEGES%s GRANT %s ON %s TO %s;', e.place, g.privileges, e.what, g.grantee), e.xid
    FROM entries AS e
   CROSS JOIN LATERAL (
     SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee,
            string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS privileges
       FROM aclexplode(e.defaclacl) AS a WHERE a.grantee <> e.defaclrole GROUP BY a.grantee) AS g
  UNION ALL
  SELECT 'default privilege', format('%s%s from PUBLIC', e.what, e.place), NULL, 0,
         format('ALTER DEFAULT PRIVILEGES%s REVOKE ALL ON %s FROM PUBLIC;', e.place, e.what), e.xid
    FROM entries AS e
   WHERE e.defaclnamespace = 0 AND e.defaclobjtype IN ('f', 'T') AND NOT EXISTS (SELECT FROM aclexplode(e.defaclacl) AS a WHERE a.grantee = 0)`;

const comments = `
  SELECT 'comment', i.type || ' ' || i.identity, NULL, 0,
         format('COMMENT ON %s %s IS %L;',
           CASE WHEN i.type LIKE '% column' THEN 'COLUMN' WHEN i.type LIKE '% constraint' THEN 'CONSTRAINT' ELSE upper(i.type) END,
           CASE WHEN i.type IN ('trigger', 'policy', 'table constraint') THEN regexp_replace(i.identity, ' on ', ' ON ') ELSE i.identity END,
           s.description), s.xmin
    FROM pg_description AS s CROSS JOIN LATERAL (
      -- Argument types are written as in the names of functions above.
      SELECT o.type, o.schema, o.name, CASE WHEN o.type IN ('function', 'procedure')
             THEN replace(replace(o.identity, 'pg_catalog.', ''), ',', ', ') ELSE o.identity END AS identity
        FROM pg_identify_object(s.classoid, s.objoid, s.objsubid) AS o) AS i
   WHERE s.classoid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass,
                        'pg_type'::regclass, 'pg_namespace'::regclass)
     AND coalesce(i.schema, i.name) !~ '^pg_' AND coalesce(i.schema, i.name) <> 'information_schema' AND i.identity <> 'public'
     AND i.identity !~ '^(pg_|information_schema)' AND i.identity !~ ' on (pg_|information_schema)'`;

/** Every query; each may run by itself. */
export const CATALOGUE_QUERIES: readonly string[] = [
  schemas,
  extensions,
  types,
  sequences,
  tables,
  rowSecurity,
  columns,
  partitions,
  constraints,
  indexes,
  views,
  functions,
  triggers,
  policies,
  ...grants,
  owners,
  defaultPrivileges,
  comments,
];
