/** What each service's role may do with each table and view, as PostgreSQL itself says. */
export const ISOLATION = `
  SELECT n.nspname || '.' || c.relname AS object, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind,
         r.rolname AS role, array_remove(ARRAY[
           CASE WHEN has_table_privilege(r.oid, c.oid, 'SELECT') THEN 'select' END,
           CASE WHEN has_any_column_privilege(r.oid, c.oid, 'INSERT') THEN 'insert' END,
           CASE WHEN has_any_column_privilege(r.oid, c.oid, 'UPDATE') THEN 'update' END,
           CASE WHEN has_table_privilege(r.oid, c.oid, 'DELETE') THEN 'delete' END], NULL) AS verbs
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN pg_roles r
   WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND r.rolname = ANY ($2)
   ORDER BY 1, 3`;
