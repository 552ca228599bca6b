import type { PoolClient } from 'pg';

/**
 * Lets statements follow one another without waiting for answers, or no longer. Only while none is under way; off for
 * everyone else, because COPY can't share a pipelined connection.
 */
export function setPipeline(client: PoolClient, pipeline: boolean): void {
  Object.assign(client, { pipeline });
}

/**
 * Sends statements of a pipelined connection with one write, and waits until all of them are answered.
 *
 * @throws what the first that failed throws
 */
export async function sendTogether<const Answers extends readonly unknown[]>(
  client: PoolClient,
  send: () => Answers,
): Promise<{ -readonly [Index in keyof Answers]: Awaited<Answers[Index]> }> {
  // The types don't know of the connection; without it each statement would be a write, and a wait for it, of its own.
  const { connection } = client as PoolClient & { connection?: { stream: { cork(): void; uncork(): void } } };
  connection?.stream.cork();
  let answers: Answers;
  try {
    answers = send();
  } finally {
    connection?.stream.uncork();
  }
  await Promise.allSettled(answers);
  return Promise.all(answers);
}
