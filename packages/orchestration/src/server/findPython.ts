import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { TradingError } from '@trading/model';
import { runProgram } from './runProgram';

/** What can make a Python environment: an interpreter that brings venv and pip, or uv. */
export type PythonTool =
  | { readonly kind: 'python'; readonly program: string; readonly version: string }
  | { readonly kind: 'uv'; readonly program: string };

/** Prefect 3.4.14 runs on 3.9 to 3.13. */
const INTERPRETERS = [
  'python3',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3.9',
  'python',
];
const PROBE = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
const SUPPORTED = /^3\.(9|1[0-3])$/;

/**
 * Looks for Python, and where there is none that serves, for uv, which brings its own.
 *
 * @param searchPath  such as PATH
 * @throws TradingError `PREFECT.NO_PYTHON` saying what to install
 */
export async function findPython(searchPath: string, env: NodeJS.ProcessEnv): Promise<PythonTool> {
  const unfit: string[] = [];
  for (const name of INTERPRETERS) {
    const program = await findProgram(name, searchPath);
    if (program === undefined) continue;
    const probe = await runProgram(program, ['-c', PROBE], { env });
    const version = probe.output.trim();
    if (probe.code === 0 && SUPPORTED.test(version)) return { kind: 'python', program, version };
    unfit.push(
      `${program} ${probe.code === 0 ? `is ${version}` : 'lacks venv or pip (Debian and Ubuntu: apt-get install python3-venv)'}`,
    );
  }
  const uv = await findProgram('uv', searchPath);
  if (uv !== undefined) return { kind: 'uv', program: uv };
  const found = unfit.length === 0 ? '' : ` Found, but of no use: ${unfit.join('; ')}.`;
  throw new TradingError(
    'PREFECT.NO_PYTHON',
    `Prefect needs Python 3.9 to 3.13 with venv and pip, or uv, or a Docker that runs and has Compose, and none of them is on PATH; install one, or point at a Prefect server with PREFECT_API_URL.${found}`,
    { kind: 'operational', details: { found: unfit } },
  );
}

/** The first executable of a name on a search path. */
export async function findProgram(name: string, searchPath: string): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of searchPath.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, file);
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return undefined;
}
