/** A wait that ends after a while, or as soon as someone has a reason to end it. */
export class InterruptibleWait {
  #end: (() => void) | undefined;
  #interrupted = false;

  /** Waits `ms`; returns at once where `interrupt` was called since the last wait. @returns whether it was */
  async wait(ms: number): Promise<boolean> {
    if (!this.#interrupted && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#end = undefined;
    }
    const interrupted = this.#interrupted;
    this.#interrupted = false;
    return interrupted;
  }

  /** Ends the wait, or the next one. */
  interrupt(): void {
    this.#interrupted = true;
    this.#end?.();
  }
}
