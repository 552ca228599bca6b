import { type Client, escapeIdentifier, escapeLiteral } from 'pg';

/** A role that may log in, and whether it may make databases and roles (only the owner may). */
export interface RoleDefinition {
  readonly name: string;
  readonly isOwner: boolean;
}

/** Makes a login role. `verifier` is a SCRAM verifier, never a password. */
export async function createRole(client: Client, role: RoleDefinition, verifier: string): Promise<void> {
  await client.query(
    `CREATE ROLE ${escapeIdentifier(role.name)} ${attributesOf(role)} PASSWORD ${escapeLiteral(verifier)}`,
  );
}

/** What a role may do in the instance; shared with the statement that brings an existing role to it. */
export function attributesOf(role: RoleDefinition): string {
  return role.isOwner ? 'LOGIN CREATEDB CREATEROLE' : 'LOGIN NOCREATEDB NOCREATEROLE';
}
