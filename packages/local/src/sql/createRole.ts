import { type Client, escapeIdentifier, escapeLiteral } from 'pg';

/** A role that may log in, and its bounds. None of ours may make roles: `up` makes them, as the administrator. */
export interface RoleDefinition {
  readonly name: string;
  /** The owner alone may make databases: Prisma migrates a shadow database first. */
  readonly isOwner: boolean;
  /** How many sessions it may have at once; -1 for as many as there are. */
  readonly connectionLimit: number;
  /** What its sessions begin with, by the settings' names. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Makes a login role. `verifier` is a SCRAM verifier, never a password. */
export async function createRole(client: Client, role: RoleDefinition, verifier: string): Promise<void> {
  await client.query(
    `CREATE ROLE ${escapeIdentifier(role.name)} ${attributesOf(role)} PASSWORD ${escapeLiteral(verifier)}`,
  );
}

/** What a role may do in the instance; shared with the statement that brings an existing role to it. */
export function attributesOf(role: RoleDefinition): string {
  return `LOGIN ${role.isOwner ? 'CREATEDB' : 'NOCREATEDB'} NOCREATEROLE CONNECTION LIMIT ${role.connectionLimit}`;
}
