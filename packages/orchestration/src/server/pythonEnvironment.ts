import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { acquireLock, type Progress } from '@trading/local';
import { TradingError } from '@trading/model';
import { findPython, type PythonTool } from './findPython';
import { runProgram } from './runProgram';

/** A Python environment with Prefect in it. */
export interface PythonEnvironment {
  readonly folder: string;
  /** Its interpreter. */
  readonly python: string;
  /** False where it was there already. */
  readonly made: boolean;
}

/** Beside src and dist alike. */
const REQUIREMENTS = resolve(__dirname, '../../python/requirements.txt');
const COMPLETE = 'complete';
const INSTALL_ATTEMPTS = 2;

/**
 * Makes the environment below `home`, or finds it. One that was cut off in the making is made anew; one of other
 * requirements is another environment, so that an upgrade never mixes two.
 *
 * @throws TradingError `PREFECT.NO_PYTHON`, `PREFECT.INSTALL_FAILED` with the end of what the installer said
 */
export async function ensurePythonEnvironment(options: {
  home: string;
  env: NodeJS.ProcessEnv;
  progress?: Progress;
}): Promise<PythonEnvironment> {
  const { home, env } = options;
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  const name = `venv-${createHash('sha256').update(requirements).digest('hex').slice(0, 12)}`;
  const folder = join(home, name);
  const python =
    process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  if (await isComplete(folder)) return { folder, python, made: false };
  // As `.trading` itself: others may pass through, and not look.
  await mkdir(home, { recursive: true, mode: 0o711 });
  await using _lock = await acquireLock(join(home, 'venv-lock'), { timeoutMs: 600_000 });
  if (await isComplete(folder)) return { folder, python, made: false };
  const tool = await findPython(env.PATH ?? '', env);
  await rm(folder, { recursive: true, force: true });
  options.progress?.({
    step: 'prefect.install',
    message: 'Installing Prefect 3.4.14 into .trading/prefect: about a minute, once',
  });
  await make(tool, folder, python, env);
  await writeFile(join(folder, COMPLETE), '');
  await removeOlder(home, name);
  return { folder, python, made: true };
}

async function make(tool: PythonTool, folder: string, python: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { program } = tool;
  if (tool.kind === 'uv') {
    await run(program, ['venv', '--python', '>=3.9,<3.14', folder], env, 'making a Python environment');
    await run(
      program,
      ['pip', 'install', '--python', python, '--no-deps', '--require-hashes', '--requirement', REQUIREMENTS],
      env,
      'installing Prefect with uv',
    );
    return;
  }
  await run(program, ['-m', 'venv', folder], env, 'making a Python environment');
  const install = [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--no-input',
    // A file that isn't the one of the release is not installed, whatever the index answers. The list is whole, and pip
    // would ask for a hash of its own for a dependency with extras, such as python-socks[asyncio].
    '--no-deps',
    '--require-hashes',
    '--requirement',
    REQUIREMENTS,
  ];
  await run(python, install, env, 'installing Prefect with pip', INSTALL_ATTEMPTS);
}

async function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  doing: string,
  attempts = 1,
): Promise<void> {
  for (let made = 1; ; made += 1) {
    const { code, output, errors } = await runProgram(program, args, { env });
    if (code === 0) return;
    if (made < attempts) continue;
    const tail = (errors.trim() === '' ? output : errors).trim().split('\n').slice(-8).join('\n');
    throw new TradingError('PREFECT.INSTALL_FAILED', `${program} failed while ${doing}: ${tail}`, {
      kind: 'operational',
      transient: true,
      details: { program, code },
    });
  }
}

function isComplete(folder: string): Promise<boolean> {
  return readFile(join(folder, COMPLETE)).then(
    () => true,
    () => false,
  );
}

/** Environments of earlier requirements; a server that still runs from one has its modules loaded. */
async function removeOlder(home: string, current: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (/^venv-[0-9a-f]{12}$/.test(name) && name !== current)
      await rm(join(home, name), { recursive: true, force: true });
  }
}
