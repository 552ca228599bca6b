import { type Check, failing } from './checks/check';
import { checkFiles } from './checks/checkFiles';
import { checkHost } from './checks/checkHost';
import { checkPostgres } from './checks/checkPostgres';
import { checkRedis } from './checks/checkRedis';
import { type Connection, readConnection } from './connection';
import type { Context } from './context';
import { messageOf } from './systemError';

/** The findings, and whether all is well. */
export interface Doctor {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

/** Looks for all that could be wrong. A check that itself fails is a finding like any other. */
export async function examine(context: Context): Promise<Doctor> {
  let connection: Connection | undefined;
  const checks: Check[] = [];
  try {
    connection = await readConnection(context.layout);
  } catch (error) {
    checks.push(failing('connection file', messageOf(error), 'Run `trading up`'));
  }
  const groups = [checkHost, checkFiles, checkPostgres, checkRedis];
  for (const group of groups) {
    try {
      checks.push(...(await group(context, connection)));
    } catch (error) {
      checks.push(
        failing(group.name, messageOf(error), 'Run `trading doctor` again; if it stays, report it'),
      );
    }
  }
  return { healthy: checks.every(({ ok }) => ok), checks };
}
