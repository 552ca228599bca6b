import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { PeerFailed } from '../peers';
import type { Answered, Asked, Questions } from './program';
import type { SideSettings } from './side';

/** A child process of the benchmark, asked by message. */
export class ContenderProcess {
  readonly #side: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void }
  >();
  #asked = 0;

  /** @param node the program to run it with: some peers want a newer Node than ours */
  constructor(settings: SideSettings, node: string) {
    this.#side = settings.side;
    this.#child = fork(join(__dirname, 'program.js'), [JSON.stringify(settings)], { execPath: node });
    this.#child.on('message', ({ id, answer, error }: Answered) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new PeerFailed(this.#side, error));
    });
    this.#child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new PeerFailed(this.#side, `it ended with ${signal ?? code}`));
    });
  }

  /** Asks one question; answers to several that are asked at once come in any order. */
  ask<Question extends keyof Questions>(
    question: Question,
    ...values: Parameters<Questions[Question]>
  ): ReturnType<Questions[Question]> {
    const id = this.#asked++;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const asked: Asked = { id, question, values };
      this.#child.send(asked);
    });
    return answered as ReturnType<Questions[Question]>;
  }

  /** Its servers end with the benchmark, so there is nothing to be closed in order. */
  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
