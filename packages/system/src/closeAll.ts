/** What is closed, by a name for warnings. */
export type Closers = readonly (readonly [name: string, close: () => PromiseLike<unknown> | undefined])[];

/**
 * Closes everything in turn, whatever fails: closing happens on the way out, often because of the very error that makes
 * it fail, and must not hide that error.
 */
export async function closeAll(closers: Closers, onWarning: (message: string) => void): Promise<void> {
  for (const [name, close] of closers) {
    try {
      await close();
    } catch (error) {
      onWarning(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
