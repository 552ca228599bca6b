import { type Client, escapeIdentifier } from 'pg';

/**
 * Makes the asking role a member of `name`, so that it may give databases to it. Needed where it is no superuser: from
 * PostgreSQL 16 on, creating a role brings the right to grant it but not the right to act as it.
 */
export async function grantRoleToSelf(client: Client, name: string, versionNumber: number): Promise<void> {
  const options = versionNumber >= 160_000 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  await client.query(`GRANT ${escapeIdentifier(name)} TO CURRENT_USER${options}`);
}
