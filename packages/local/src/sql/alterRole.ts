import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { attributesOf, type RoleDefinition } from './createRole';

/** Brings an existing role's attributes to what they must be. */
export async function alterRoleAttributes(client: Client, role: RoleDefinition): Promise<void> {
  await client.query(`ALTER ROLE ${escapeIdentifier(role.name)} ${attributesOf(role)}`);
}

/** Gives an existing role a new password, as a SCRAM verifier. */
export async function alterRolePassword(client: Client, name: string, verifier: string): Promise<void> {
  await client.query(`ALTER ROLE ${escapeIdentifier(name)} PASSWORD ${escapeLiteral(verifier)}`);
}

/**
 * Replaces the settings that a role's sessions begin with, in every database. A role may change its own at any time, so these
 * bound what goes wrong by mistake; `up` puts them right again.
 *
 * @param databases  those in which the role has settings of its own, which are removed
 */
export async function alterRoleSettings(
  client: Client,
  { name, settings }: RoleDefinition,
  databases: readonly string[],
): Promise<void> {
  const role = escapeIdentifier(name);
  await client.query(`ALTER ROLE ${role} RESET ALL`);
  for (const database of databases)
    await client.query(`ALTER ROLE ${role} IN DATABASE ${escapeIdentifier(database)} RESET ALL`);
  for (const [setting, value] of Object.entries(settings))
    await client.query(`ALTER ROLE ${role} SET ${escapeIdentifier(setting)} = ${escapeLiteral(value)}`);
}
