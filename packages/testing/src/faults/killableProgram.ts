import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { TradingError } from '@trading/model';
import { repositoryRoot } from '../testRun';
import type { Arming } from './armedStep';

/** How a program is run. */
export interface ProgramOptions {
  /** What it is called in messages. */
  readonly name: string;
  /** Its TypeScript file. */
  readonly file: string;
  /** Handed to it as JSON in its first argument. */
  readonly settings: unknown;
  /** Node's own options, e.g. how much memory it may use. */
  readonly execArgv?: readonly string[];
}

/** A program that a harness runs as a process, lets die at labelled steps, and starts again. */
export class KillableProgram {
  readonly name: string;
  readonly #options: ProgramOptions;
  #process: ChildProcess | undefined;
  #gone: Promise<unknown> = Promise.resolve();
  #stopping = false;
  #starting: Promise<void> = Promise.resolve();
  #errors = '';
  /** How often it died and was started again. */
  deaths = 0;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Starts it, and again whenever it dies; resolves when it says that it is ready. */
  start(): Promise<void> {
    this.#starting = this.#launch();
    return this.#starting;
  }

  /** Resolves when it runs, after a death too. */
  async running(): Promise<void> {
    await this.#starting;
  }

  /** Says where it is to die next; null: nowhere. */
  arm(arm: Arming['arm']): void {
    this.send({ arm });
  }

  /** Sends a message; lost where the program is dead just now. */
  send(message: object): void {
    if (this.#process?.connected === true) this.#process.send(message, () => {});
  }

  /** SIGKILL, wherever it is. */
  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  /** Ends it as `kill` does; resolves when it runs again. */
  async restart(): Promise<void> {
    const gone = this.#gone;
    this.kill();
    await gone;
    await this.running();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.kill();
    await this.#gone;
  }

  async #launch(): Promise<void> {
    const { name, file, settings, execArgv = [] } = this.#options;
    const hook = join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs');
    const child = spawn(
      process.execPath,
      [...execArgv, '--conditions=@trading/source', '-r', hook, file, JSON.stringify(settings)],
      { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], cwd: repositoryRoot() },
    );
    this.#process = child;
    this.#errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4_000);
    });
    let said = false;
    // Not at `exit`: what it said last, that it is ready for one, may come after that.
    const started = new Promise<void>((resolve, reject) => {
      child.once('message', () => {
        said = true;
        resolve();
      });
      child.once('close', (code) => {
        // Killed on the way up, on purpose, or ended later: the next start is what counts.
        if (said || code === null) resolve();
        else {
          this.#stopping = true;
          reject(
            new TradingError('TESTING.PROGRAM_FAILED', `${name} ended with ${code}: ${this.#errors}`, {
              kind: 'bug',
            }),
          );
        }
      });
    });
    this.#gone = new Promise((resolve) => child.once('close', resolve));
    child.once('close', () => {
      if (this.#stopping || this.#process !== child) return;
      this.deaths += 1;
      this.#starting = this.#launch();
      // Whoever waits for it hears of it.
      this.#starting.catch(() => {});
    });
    await started;
  }
}
