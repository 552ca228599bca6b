import { SERVICE_NAMES, SERVICES, type ServiceName } from '../services';
import { type ColumnRights, FUNCTIONS, TABLES, type TableRule, VERBS } from './matrix';

const HEADER = `-- Written by \`npx trading sql\` from packages/database/src/isolation/matrix.ts: edit that, never this.`;

/**
 * The SQL that makes the services' roles: what prisma/sql/_before/roles.sql holds. Roles belong to the whole server, so
 * another database, or Prisma's shadow database, may have made them already. Whoever provisions the server sets passwords.
 */
export function rolesSql(): string {
  const roles = SERVICE_NAMES.map((service) => `'${SERVICES[service].role}'`);
  return `${HEADER}
-- One login role a service. Roles belong to the whole server: another database of it may have made them already.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY[
    ${roles.join(', ')}]
  LOOP
    -- Asked first: the owner of the database may make no roles, and \`trading up\` has made them as the administrator.
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

-- Nobody may call a function until it is granted, those of later migrations included.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
`;
}

/**
 * The SQL that gives each role what the matrix says and takes everything else from it: what prisma/sql/_after/grants.sql
 * holds. It may run any number of times.
 */
export function grantsSql(): string {
  return [
    `${HEADER}\n-- First everything is taken away, then the matrix is given: running it again gives the same rights.`,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC;',
    'REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;',
    ...SERVICE_NAMES.map(schemaSection),
    ...SERVICE_NAMES.map(serviceSection),
  ]
    .join('\n\n')
    .concat('\n');
}

const ROLES = SERVICE_NAMES.map((service) => SERVICES[service].role).join(', ');

/** Nothing for anybody in a schema, and what its own service may do with the tables that later migrations add. */
function schemaSection(service: ServiceName): string {
  const { schema, role } = SERVICES[service];
  return [
    `-- ${schema}`,
    `REVOKE ALL ON SCHEMA ${schema} FROM ${ROLES};`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${ROLES};`,
    `REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schema} FROM ${ROLES};`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${schema} FROM PUBLIC, ${ROLES};`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO ${role};`,
  ].join('\n');
}

function serviceSection(service: ServiceName): string {
  const { role, schema } = SERVICES[service];
  const tables = TABLES.filter(({ access }) => access[service] !== undefined);
  const functions = FUNCTIONS.filter(({ callers }) => callers.includes(service));
  const schemas = new Set([
    schema,
    ...[...tables.map(({ name }) => name), ...functions.map(({ signature }) => signature)].map(schemaOf),
  ]);
  return [
    `-- ${role}`,
    `GRANT USAGE ON SCHEMA ${[...schemas].sort().join(', ')} TO ${role};`,
    ...tables.map((rule) => `GRANT ${privileges(rule, service)} ON ${rule.name} TO ${role};`),
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};`,
    ...tables
      .filter(
        ({ sequence, name, access }) =>
          sequence !== undefined && schemaOf(name) !== schema && access[service]?.includes('insert'),
      )
      .map(({ sequence }) => `GRANT USAGE ON SEQUENCE ${sequence} TO ${role};`),
    ...functions.map(({ signature }) => `GRANT EXECUTE ON FUNCTION ${signature} TO ${role};`),
  ].join('\n');
}

/** `SELECT, INSERT (a, b)`: a right on some columns only names them. */
function privileges({ access, columns }: TableRule, service: ServiceName): string {
  return VERBS.filter((verb) => access[service]?.includes(verb))
    .map((verb) => {
      const only = columns?.[service]?.[verb as keyof ColumnRights];
      return verb.toUpperCase() + (only === undefined ? '' : ` (${only.join(', ')})`);
    })
    .join(', ');
}

function schemaOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
