import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { LOOPBACK, type Progress } from '@trading/local';
import { isTradingError, TradingError } from '@trading/model';
import { findProgram } from './findPython';
import { ensurePythonEnvironment } from './pythonEnvironment';
import { runProgram } from './runProgram';

/** A program that is the server: it runs in the foreground and ends on SIGTERM. */
export interface ServerProgram {
  readonly program: string;
  args(port: number): readonly string[];
  /** True where something was installed for it. */
  readonly installed: boolean;
}

/** What a program is looked for with. */
export interface ServerProgramOptions {
  /** Where the Python environment is made, e.g. `.trading/prefect`. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress?: Progress;
}

/** Beside src and dist alike. */
const COMPOSE_FILE = resolve(__dirname, '../../docker/prefect.yml');
/** As the compose file says; a test compares the two. */
export const IMAGE = 'prefecthq/prefect:3.4.14-python3.12';

/**
 * Prefect in a Python environment of our own, or, where there is no Python that it runs on, in Docker.
 *
 * @throws TradingError `PREFECT.NO_PYTHON` where there is neither, `PREFECT.INSTALL_FAILED`
 */
export async function ensureServerProgram(options: ServerProgramOptions): Promise<ServerProgram> {
  try {
    const { python, made } = await ensurePythonEnvironment(options);
    return {
      program: python,
      args: (port) => ['-m', 'prefect', 'server', 'start', '--host', LOOPBACK, '--port', String(port)],
      installed: made,
    };
  } catch (error) {
    const docker = isTradingError(error, 'PREFECT.NO_PYTHON') ? await findDocker(options.env) : undefined;
    if (docker === undefined) throw error;
    return inDocker(docker, options);
  }
}

/** Docker with Compose; undefined where it isn't there, or its daemon doesn't answer. */
async function findDocker(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const docker = await findProgram('docker', env.PATH ?? '');
  if (docker === undefined) return undefined;
  for (const args of [
    ['compose', 'version'],
    ['version', '--format', '{{.Server.Version}}'],
  ]) {
    if ((await runProgram(docker, args, { env })).code !== 0) return undefined;
  }
  return docker;
}

async function inDocker(
  docker: string,
  { home, env, progress }: ServerProgramOptions,
): Promise<ServerProgram> {
  // A project for each checkout: two of them have a server each.
  const project = `trading-prefect-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const compose = ['compose', '--file', COMPOSE_FILE, '--project-name', project];
  const there = (await runProgram(docker, ['image', 'inspect', IMAGE], { env })).code === 0;
  progress?.({
    step: 'prefect.docker',
    message: `There is no Python that Prefect runs on, but Docker: using ${IMAGE}${there ? '' : ', which is fetched once'}`,
  });
  if (!there) {
    const { code, errors } = await runProgram(docker, [...compose, 'pull', '--quiet'], { env });
    if (code !== 0) {
      throw new TradingError(
        'PREFECT.INSTALL_FAILED',
        `${docker} could not fetch ${IMAGE}: ${errors.trim().split('\n').slice(-8).join('\n')}`,
        { kind: 'operational', transient: true, details: { program: docker, code } },
      );
    }
  }
  return { program: docker, args: () => [...compose, 'up', '--no-color'], installed: !there };
}
