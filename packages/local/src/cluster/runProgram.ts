import { spawn } from 'node:child_process';
import { asAccount, type ServerAccount } from '../account';
import { childEnvironment } from '../childEnvironment';

/** How a program ended. */
export interface ProgramResult {
  readonly exitCode: number | null;
  /** Both output streams, in the order of arrival. */
  readonly output: string;
}

/**
 * Runs one of PostgreSQL's programs to its end as `account`.
 *
 * @param options.capture  false where the program leaves a server behind, which would hold the output's pipe open for ever
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: {
    account: ServerAccount | undefined;
    cwd: string;
    env: NodeJS.ProcessEnv;
    input?: string;
    capture?: boolean;
  },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const sink = options.capture === false ? 'ignore' : 'pipe';
    const child = spawn(program, args, {
      cwd: options.cwd,
      // Messages are wanted in English, because some are recognised.
      env: { ...childEnvironment(options.env), LC_ALL: 'C', LANG: 'C' },
      stdio: ['pipe', sink, sink],
      windowsHide: true,
      ...asAccount(options.account),
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') }));
    // A program that ends without reading its input is judged by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}
