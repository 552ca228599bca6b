import { statfs } from 'node:fs/promises';
import { findBinaries } from '../binaries';
import { runProgram } from '../cluster/runProgram';
import { messageOf } from '../systemError';
import { type Check, type CheckGroup, check, failing } from './check';

/** The oldest Node that can `require` what Prisma ships. */
const MINIMUM_NODE = [20, 19] as const;
/** A million bars with their indexes and WAL take about half a gigabyte. */
const MINIMUM_DISK_BYTES = 1_000_000_000;

/** This machine: Node, PostgreSQL's programs, disk space. */
export const checkHost: CheckGroup = async (context, connection) => [
  checkNode(process.versions.node),
  ...(connection?.mode === 'external' ? [] : [await checkPrograms(context.env)]),
  await checkDisk(context.layout.root),
];

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = MINIMUM_NODE;
  const ok = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  return check('node', ok, `Node ${version}`, `Install Node ${MINIMUM_NODE.join('.')} or newer`);
}

async function checkPrograms(env: NodeJS.ProcessEnv): Promise<Check> {
  const fix = 'Run `npm install` without --no-optional, or set DATABASE_URL to a server of your own';
  try {
    const binaries = await findBinaries();
    const { exitCode, output } = await runProgram(binaries.postgres, ['--version'], {
      account: undefined,
      cwd: process.cwd(),
      env,
    });
    return check('postgres programs', exitCode === 0, output.trim(), fix);
  } catch (error) {
    return failing('postgres programs', messageOf(error), fix);
  }
}

async function checkDisk(root: string): Promise<Check> {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  return check(
    'disk space',
    free >= MINIMUM_DISK_BYTES,
    `${(free / 1e9).toFixed(1)} GB free`,
    'Free at least 1 GB on the disk that holds the repository',
  );
}
