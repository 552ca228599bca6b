import type { PrefectClient } from '../client/prefectClient';
import type { JsonValue } from './json';

/** Leaves something behind that people look at in Prefect's UI. Keys: lowercase letters, digits and dashes. */
export interface ArtifactWriter {
  table(
    key: string,
    rows: readonly Readonly<Record<string, JsonValue>>[],
    description?: string,
  ): Promise<void>;
  markdown(key: string, text: string, description?: string): Promise<void>;
}

/** A writer for a run; an artifact of a task belongs to its flow's run too. */
export function createArtifactWriter(
  client: PrefectClient,
  run: { flowRunId: string; taskRunId?: string | undefined },
): ArtifactWriter {
  const write = async (type: string, key: string, data: unknown, description: string | undefined) => {
    await client.artifacts.create({
      key,
      type,
      data,
      flow_run_id: run.flowRunId,
      ...(run.taskRunId === undefined ? {} : { task_run_id: run.taskRunId }),
      ...(description === undefined ? {} : { description }),
    });
  };
  return {
    // Prefect's UI wants the rows as text.
    table: (key, rows, description) => write('table', key, JSON.stringify(rows), description),
    markdown: (key, text, description) => write('markdown', key, text, description),
  };
}
