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
