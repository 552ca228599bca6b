import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, EVENTS } from '@trading/model';
import { createTestDatabase, type TestDatabase } from '@trading/testing';
import { Client } from 'pg';
import {
  type ColumnRights,
  FUNCTIONS,
  isolationDocument,
  SERVICE_NAMES,
  SERVICES,
  type ServiceName,
  TABLES,
  VERBS,
  type Verb,
} from '../src';

const SCHEMAS = [
  ...Object.values(SERVICES).map(({ schema }) => schema as string),
  'market_data_partitions',
  'event_bus_partitions',
  'public',
];

let database: TestDatabase;
let owner: Client;
const clients = new Map<ServiceName, Client>();

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await connect(database.ownerUrl);
  for (const service of SERVICE_NAMES) clients.set(service, await connect(database.serviceUrl(service)));
});

afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await owner?.end();
  await database?.drop();
});

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}

/** SQLSTATE of a statement that is rolled back, or 'ok'. */
async function outcome(service: ServiceName, statement: string): Promise<string> {
  const client = clients.get(service);
  if (client === undefined) return `no client of ${service}`;
  await client.query('BEGIN');
  try {
    await client.query(statement);
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('ROLLBACK');
  }
}

const firstColumn = new Map<string, string>();

/** Row security asks for a row under the service's own name. */
const OWN_ROWS: Record<string, (service: ServiceName) => string> = {
  'event_bus.outbox': (service) =>
    `INSERT INTO event_bus.outbox (event_id, event_type, version, service, key, correlation_id, data, occurred_at)
     VALUES (gen_random_uuid(), '${publishedBy(service)}', 1, '${service}', 'k', 'c', '{}', now())`,
  'event_bus.inbox': (service) => `INSERT INTO event_bus.inbox VALUES ('${service}', gen_random_uuid())`,
  'event_bus.consumer_groups': (service) =>
    `INSERT INTO event_bus.consumer_groups (consumer_group) VALUES ('${service}.own')`,
  'event_bus.parked_events': (service) =>
    `INSERT INTO event_bus.parked_events (consumer_group, key, xid, id, event_id, event)
     VALUES ('${service}', 'k', 1, 1, gen_random_uuid(), '{}')`,
  'event_bus.dead_letters': (service) =>
    `INSERT INTO event_bus.dead_letters (consumer_group, event_id, event_type, event, error, attempts)
     VALUES ('${service}', gen_random_uuid(), 'order_updated', '{}', 'e', 1)`,
};

/** The only columns that a verb is granted on; undefined where it is granted on all. */
function columnsOf(rights: ColumnRights | undefined, verb: Verb): readonly string[] | undefined {
  return verb === 'insert' || verb === 'update' ? rights?.[verb] : undefined;
}

/** A type that the service publishes; of one that publishes nothing, a type of others. */
function publishedBy(service: ServiceName): string {
  return EVENT_TYPES.find((type) => EVENTS[type].publishers.includes(service)) ?? 'order_updated';
}

/** A statement that needs exactly one privilege on the table, and changes nothing where it has it. */
function probe(verb: Verb, name: string, service: ServiceName): string {
  const ownRow = OWN_ROWS[name];
  if (verb === 'insert' && ownRow !== undefined) return ownRow(service);
  switch (verb) {
    case 'select':
      return `SELECT 1 FROM ${name} LIMIT 0`;
    case 'insert':
      return `INSERT INTO ${name} DEFAULT VALUES`;
    case 'update': {
      const rights = TABLES.find((rule) => rule.name === name)?.columns?.[service];
      const column = columnsOf(rights, verb)?.[0] ?? firstColumn.get(name);
      return `UPDATE ${name} SET "${column}" = DEFAULT WHERE false`;
    }
    case 'delete':
      return `DELETE FROM ${name} WHERE false`;
  }
}

describe('the isolation matrix', () => {
  beforeAll(async () => {
    const { rows } = await owner.query<{ name: string; column: string }>(
      `SELECT n.nspname || '.' || c.relname AS name, a.attname AS column
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1 WHERE n.nspname = ANY ($1)`,
      [SCHEMAS],
    );
    for (const { name, column } of rows) firstColumn.set(name, column);
  });

  it.each(SERVICE_NAMES)(
    'lets %s do what it says, and PostgreSQL refuses all else with 42501',
    async (service) => {
      const wrong: string[] = [];
      for (const { name, kind, access } of TABLES) {
        for (const verb of VERBS) {
          const allowed = access[service]?.includes(verb) ?? false;
          const result = await outcome(service, probe(verb, name, service));
          // An allowed INSERT of nothing gets as far as the constraints (class 23).
          const passed = result === 'ok' || result.startsWith('23');
          // A view that joins can be written by nobody, and PostgreSQL says so before it looks at rights.
          const refused = result === '42501' || (kind === 'view' && verb !== 'select' && result === '55000');
          if (allowed ? !passed : !refused) wrong.push(`${verb} ${name}: ${result}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it('lets no service lock a table that others write too, in any mode that would stop their rows', async () => {
    const shared = TABLES.filter(
      ({ access }) =>
        Object.values(access).filter((verbs) => verbs.some((verb) => verb !== 'select')).length > 1,
    );
    const locked: string[] = [];
    for (const { name } of shared)
      for (const service of SERVICE_NAMES.filter((each) => each !== 'event_bus'))
        for (const mode of ['SHARE UPDATE EXCLUSIVE', 'SHARE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'])
          if ((await outcome(service, `LOCK TABLE ${name} IN ${mode} MODE NOWAIT`)) !== '42501')
            locked.push(`${service}: ${name} in ${mode}`);
    expect(shared.map(({ name }) => name)).toContain('event_bus.parked_events');
    expect(locked).toEqual([]);
  });

  it('has no function that waits for an advisory lock, which any session may hold', async () => {
    const { rows } = await owner.query(
      `SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = ANY ($1) AND p.prosrc ~ 'pg_(try_)?advisory'`,
      [SCHEMAS],
    );
    expect(rows).toEqual([]);
  });

  it('lets a service take a parked event of its own groups only', async () => {
    const take = (group: string) => `SELECT * FROM event_bus.take_parked('${group}', gen_random_uuid(), 1)`;
    expect(await outcome('risk', take('risk.monitor'))).toBe('ok');
    expect(await outcome('risk', take('execution'))).toBe('42501');
    expect(await outcome('risk', take('riskier'))).toBe('42501');
    expect(await outcome('event_bus', take('risk'))).toBe('42501');
  });

  it('names every table and view that there is', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
          AND c.relname <> '_prisma_migrations'`,
      [SCHEMAS],
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(TABLES.map(({ name }) => name as string).sort());
  });

  it('is all that was granted on tables: no TRUNCATE, no TRIGGER, nothing to PUBLIC', async () => {
    const { rows } = await owner.query<{ grant: string }>(
      `SELECT coalesce(r.rolname, 'PUBLIC') || ' ' || lower(a.privilege_type) || ' ' || n.nspname || '.' || c.relname AS grant
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE n.nspname = ANY ($1) AND c.relkind <> 'S' AND a.grantee <> c.relowner`,
      [SCHEMAS],
    );
    const declared = TABLES.flatMap(({ name, access, columns }) =>
      SERVICE_NAMES.flatMap((service) =>
        (access[service] ?? [])
          .filter((verb) => columnsOf(columns?.[service], verb) === undefined)
          .map((verb) => `${SERVICES[service].role} ${verb} ${name}`),
      ),
    );
    expect(rows.map(({ grant }) => grant).sort()).toEqual(declared.sort());
  });

  it('is all that was granted on columns', async () => {
    const { rows } = await owner.query<{ grant: string }>(
      `SELECT coalesce(r.rolname, 'PUBLIC') || ' ' || lower(a.privilege_type) || ' ' || n.nspname || '.' || c.relname || '.' || t.attname AS grant
         FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         CROSS JOIN aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE n.nspname = ANY ($1)`,
      [SCHEMAS],
    );
    const declared = TABLES.flatMap(({ name, columns = {} }) =>
      SERVICE_NAMES.flatMap((service) =>
        VERBS.flatMap((verb) =>
          (columnsOf(columns[service], verb) ?? []).map(
            (column) => `${SERVICES[service].role} ${verb} ${name}.${column}`,
          ),
        ),
      ),
    );
    expect(rows.map(({ grant }) => grant).sort()).toEqual(declared.sort());
  });

  it('lists every function that a service may call, and every one that runs as its owner', async () => {
    const { rows } = await owner.query<{ signature: string; callers: string[]; definer: boolean }>(
      `SELECT p.oid::regprocedure::text AS signature, p.prosecdef AS definer,
              coalesce(array_agg(r.rolname::text ORDER BY r.rolname) FILTER (WHERE a.grantee <> p.proowner), '{}') AS callers
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         CROSS JOIN aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE n.nspname = ANY ($1) AND p.prorettype <> 'trigger'::regtype
        GROUP BY p.oid, p.prosecdef HAVING p.prosecdef OR bool_or(a.grantee <> p.proowner)`,
      [SCHEMAS],
    );
    const { rows: declared } = await owner.query<{ signature: string }>(
      'SELECT s::regprocedure::text AS signature FROM unnest($1::text[]) WITH ORDINALITY AS t(s, n) ORDER BY n',
      [FUNCTIONS.map(({ signature }) => signature)],
    );
    const expected = FUNCTIONS.map(({ callers, runsAs }, i) => ({
      signature: declared[i]?.signature,
      callers: callers.map((caller) => SERVICES[caller].role as string).sort(),
      definer: runsAs === 'owner',
    }));
    const found = rows.map(({ signature, callers, definer }) => ({ signature, callers, definer }));
    const bySignature = (a: { signature: string | undefined }, b: { signature: string | undefined }) =>
      (a.signature ?? '') < (b.signature ?? '') ? -1 : 1;
    expect(found.sort(bySignature)).toEqual(expected.sort(bySignature));
  });

  it.each(['event_bus_partitions.outbox_0', 'market_data_partitions.market_data_2024'])(
    'keeps %s, a partition, from everybody: row security is its parent’s',
    async (child) => {
      for (const service of SERVICE_NAMES)
        for (const verb of ['select', 'delete'] as const)
          expect(await outcome(service, probe(verb, child, service))).toBe('42501');
    },
  );

  it('lets nobody publish under another name, or see where another group stands', async () => {
    const publish = (service: ServiceName) => probe('insert', 'event_bus.outbox', service);
    expect(await outcome('risk', publish('risk'))).toBe('ok');
    expect(await outcome('risk', publish('execution'))).toBe('42501');

    await owner.query(
      `INSERT INTO event_bus.consumer_groups (consumer_group) VALUES ('risk'), ('risk.monitor'), ('execution')`,
    );
    const seen = await clients
      .get('risk')
      ?.query('SELECT consumer_group FROM event_bus.consumer_groups ORDER BY 1');
    expect(seen?.rows.map((row) => row.consumer_group)).toEqual(['risk', 'risk.monitor']);
  });

  it('is what docs/isolation.md shows', () => {
    const document = readFileSync(join(__dirname, '../../../docs/isolation.md'), 'utf8');
    expect(document).toBe(isolationDocument());
  });
});
