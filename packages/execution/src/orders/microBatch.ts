/** What a call waits for. */
interface Waiting<In, Out> {
  readonly input: In;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: unknown) => void;
}

/** How calls are gathered. */
export interface MicroBatchOptions<In, Out> {
  /** Does the work of several calls at once; answers in their order. */
  readonly work: (inputs: readonly In[]) => Promise<readonly Out[]>;
  /** Calls in one batch at most. */
  readonly size: number;
  /** Batches under way at once. */
  readonly lanes: number;
}

/**
 * Gathers calls that come while earlier ones are under way and does them together: alone, a call waits for nobody; under
 * load, one commit serves many. Where a batch fails, its calls are done one by one, so that each gets its own error.
 */
export class MicroBatch<In, Out> {
  readonly #options: MicroBatchOptions<In, Out>;
  readonly #waiting: Waiting<In, Out>[] = [];
  #busy = 0;

  constructor(options: MicroBatchOptions<In, Out>) {
    this.#options = options;
  }

  /** Joins the next batch. */
  call(input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy >= this.#options.lanes || this.#waiting.length === 0) return;
    const batch = this.#waiting.splice(0, this.#options.size);
    this.#busy += 1;
    void this.#run(batch).finally(() => {
      this.#busy -= 1;
      this.#next();
    });
  }

  async #run(batch: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const outputs = await this.#options.work(batch.map(({ input }) => input));
      batch.forEach(({ resolve, reject }, index) => {
        const output = outputs[index];
        if (output === undefined)
          reject(new RangeError(`a batch of ${batch.length} gave ${outputs.length} answers`));
        else resolve(output);
      });
    } catch (error) {
      const [only, ...others] = batch;
      if (only !== undefined && others.length === 0) return only.reject(error);
      for (const each of batch) await this.#run([each]);
    }
  }
}
