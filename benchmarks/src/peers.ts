import { spawn, spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Whether a program runs here; a peer that is not there is left out of the comparison. */
export function canRun(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** The Python that has SQLAlchemy and a driver, if any has: Debian's own, or the first on PATH. */
export function findSqlAlchemy(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find((python) =>
    canRun(python, ['-c', 'import sqlalchemy, psycopg2']),
  );
}

/** Runs a program to its end; seconds that it took. What it prints on stdout is given to `onOutput`. */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly onOutput?: (text: string) => void } = {},
): Promise<number> {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stdout.on('data', (chunk) => options.onOutput?.(String(chunk)));
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new PeerFailed(program, errors);
  return (performance.now() - started) / 1_000;
}

/** A peer that is there and did not do what it was asked. */
export class PeerFailed extends Error {
  constructor(program: string, errors: string) {
    super(`${program} failed: ${errors.trim()}`);
    this.name = 'PeerFailed';
  }
}
