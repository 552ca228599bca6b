import type { Client } from 'pg';

/** Any constant of ours: the bytes of "trading". */
const PROVISIONING_LOCK = '32776859920461415';

/** Lets one session at a time provision; given back when the session ends. */
export async function lockProvisioning(client: Client): Promise<void> {
  await client.query("SELECT set_config('lock_timeout', '60s', false)");
  await client.query('SELECT pg_advisory_lock($1)', [PROVISIONING_LOCK]);
}
