import type { Sql } from '@trading/database';

// The server's identifier is drawn when it is initialised; a database of another server never has the same pair.
const READ = `
  SELECT system_identifier::text || '/' || current_database() AS id FROM pg_control_system()`;

/** Names this system among all that may share a Redis: PostgreSQL's system identifier and the database. */
export async function readSystemId(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ id: string }>(READ, [], 'event_bus.read_system_id');
  return row?.id ?? '';
}
