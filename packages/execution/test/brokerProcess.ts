import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '@trading/testing';
import { type LocalAlpaca, startLocalAlpaca } from './localAlpaca';

/** What a call of a member of the broker gives; a plain member gives itself. */
type Given<Member> = Member extends (...args: never[]) => infer Result ? Result : Member;
type Asked<Member> = Member extends (...args: infer Args) => unknown ? Args : [];

/** A local broker in a process of its own: whatever dies beside it, it goes on. */
export interface BrokerProcess extends AsyncDisposable {
  readonly baseUrl: string;
  readonly streamUrl: string;
  /** Calls, or reads, a member of the {@link LocalAlpaca} in the process; what can't be sent as JSON is left out. */
  ask<Name extends keyof LocalAlpaca & string>(
    name: Name,
    ...args: Asked<LocalAlpaca[Name]>
  ): Promise<Given<LocalAlpaca[Name]>>;
}

interface Question {
  readonly id: number;
  readonly name: keyof LocalAlpaca & string;
  readonly args: readonly unknown[];
}
interface Answer {
  readonly id: number;
  readonly value: unknown;
}

/** The arguments of node that run one of this folder's TypeScript files. */
export const typescript = (file: string, ...args: string[]) => [
  '-C',
  '@trading/source',
  '-r',
  join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs'),
  join(__dirname, file),
  ...args,
];

/** Starts it. */
export async function startBrokerProcess(): Promise<BrokerProcess> {
  const child = spawn(process.execPath, typescript('brokerProcess.ts', 'serve'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (value: unknown) => void>();
  let asked = 0;
  child.on('message', ({ id, value }: Answer) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  const ask = (name: string, args: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      asked += 1;
      waiting.set(asked, resolve);
      child.send({ id: asked, name, args }, (error) => {
        if (error !== null) reject(error);
      });
    });
  return {
    baseUrl: (await ask('baseUrl', [])) as string,
    streamUrl: (await ask('streamUrl', [])) as string,
    ask: (name, ...args) => ask(name, args) as never,
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The process itself. */
async function serve(): Promise<void> {
  const started = startLocalAlpaca();
  process.on('message', async ({ id, name, args }: Question) => {
    const alpaca = await started;
    const member = alpaca[name] as unknown;
    const value = typeof member === 'function' ? (member as (...all: unknown[]) => unknown)(...args) : member;
    process.send?.({ id, value } satisfies Answer);
  });
  // Whoever started it may die without a word.
  process.on('disconnect', () => process.exit());
  await started;
}

if (process.argv[2] === 'serve') void serve();
