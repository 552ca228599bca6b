import { TradingError } from '@trading/model';
import { scramVerifier } from '../credentials';
import { type Cluster, dataFolder, SUPERUSER } from './cluster';
import { runProgram } from './runProgram';

/**
 * Gives the superuser a new password while no server runs, for the case that the connection file was lost or damaged and
 * nobody knows the old one. Whoever owns the data directory may do that: PostgreSQL's single-user mode asks for no login.
 *
 * @throws TradingError `LOCAL.PASSWORD_RESET_FAILED`
 */
export async function resetSuperuserPassword(cluster: Cluster, password: string): Promise<void> {
  const { exitCode, output } = await runProgram(
    cluster.binaries.postgres,
    ['--single', '-D', dataFolder(cluster), 'postgres'],
    {
      ...cluster,
      cwd: cluster.home,
      input: `ALTER ROLE ${SUPERUSER} PASSWORD '${scramVerifier(password)}'\n`,
    },
  );
  if (exitCode === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output)) return;
  throw new TradingError(
    'LOCAL.PASSWORD_RESET_FAILED',
    `The database's password is unknown and could not be set anew: ${output.trim().split('\n').slice(-3).join(' ')}`,
    { kind: 'operational', details: { exitCode } },
  );
}
