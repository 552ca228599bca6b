import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { enginePath } from '@trading/schema-engine';

/** A JSON-RPC message from the engine. */
export interface Message {
  readonly id: number | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly data?: { readonly message: string; readonly is_panic: boolean };
  };
}

/** The engine without the CLI. */
export interface EngineProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Writes a line as it is. */
  write(line: string): void;
  /** Sends a request and waits for its answer. */
  request(id: number, method: string, params?: unknown): Promise<Message>;
  /** The next message that is no answer to a request here. */
  nextMessage(): Promise<Message>;
  /** Ends its input, and waits for its exit code. */
  end(): Promise<number | null>;
}

/** Starts the engine with Prisma's own arguments. */
export function startEngine(...args: string[]): EngineProcess {
  const child = spawn(enginePath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const answers = new Map<number, (message: Message) => void>();
  const others: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message: Message = JSON.parse(line);
    const answer = message.method === undefined && message.id !== null ? answers.get(message.id) : undefined;
    const receiver = answer ?? waiting.shift();
    if (receiver === undefined) others.push(message);
    else receiver(message);
  });
  const write = (line: string) => {
    child.stdin.write(`${line}\n`);
  };
  const end = async () => {
    child.stdin.end();
    const [code]: (number | null)[] = await exited;
    return code ?? null;
  };
  return {
    child,
    write,
    request(id, method, params) {
      const answer = new Promise<Message>((resolve) => answers.set(id, resolve));
      write(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      return answer;
    },
    nextMessage() {
      const [message] = others.splice(0, 1);
      return message === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(message);
    },
    end,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
