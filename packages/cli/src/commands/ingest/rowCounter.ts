/** Rows and their rate on stderr, where how many there will be isn't known; nothing where stderr is no terminal. */
export interface RowCounter {
  update(rows: number): void;
  stop(): void;
}

/** Makes a counter; it appears with the first update. */
export function createRowCounter(title: string, options: { readonly silent: boolean }): RowCounter {
  const started = Date.now();
  const shown = !options.silent && process.stderr.isTTY === true;
  let used = false;
  return {
    update(rows) {
      if (!shown) return;
      used = true;
      const rate = Math.round(rows / Math.max(0.001, (Date.now() - started) / 1_000));
      process.stderr.write(
        `\r${title}: ${rows.toLocaleString('en-US')} rows, ${rate.toLocaleString('en-US')}/s`,
      );
    },
    stop() {
      if (used) process.stderr.write('\n');
    },
  };
}
