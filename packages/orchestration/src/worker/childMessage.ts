/** What a worker tells the process of a run, over Node's channel between the two. */
export type ChildMessage =
  /** Somebody cancelled the run. */
  | { readonly type: 'cancel' }
  /** The worker shuts down and can't wait any longer. */
  | { readonly type: 'stop' };

/** The exit code of a process whose worker is gone. */
export const ORPHANED = 75;

/** Reads a message; undefined where it is none of ours. */
export function childMessage(message: unknown): ChildMessage | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  return message.type === 'cancel' || message.type === 'stop' ? { type: message.type } : undefined;
}
