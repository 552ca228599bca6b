import type { Artifact, ArtifactCreate } from './apiTypes';
import type { Transport } from './transport';

/** Tables, texts and links that runs leave behind for people. */
export interface ArtifactsResource {
  /** A new version under its key; an artifact without a key is seen on its run only. */
  create(request: ArtifactCreate): Promise<Artifact>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  latest(key: string): Promise<Artifact>;
  /** Those of a flow run, its tasks' included; the records that Prefect itself makes of results are left out. */
  list(flowRunId: string): Promise<Artifact[]>;
}

/** Artifacts over a transport. */
export function createArtifacts({ http, safe, once }: Transport): ArtifactsResource {
  return {
    create: (request) =>
      once(`writing artifact ${request.key ?? ''}`, () => http.POST('/artifacts/', { body: request })),
    latest: (key) =>
      safe(`reading artifact ${key}`, () =>
        http.GET('/artifacts/{key}/latest', { params: { path: { key } } }),
      ),
    list: (flowRunId) =>
      safe(`listing the artifacts of ${flowRunId}`, () =>
        http.POST('/artifacts/filter', {
          body: {
            limit: 200,
            offset: 0,
            sort: 'CREATED_DESC',
            artifacts: { operator: 'and_', flow_run_id: { any_: [flowRunId] }, key: { exists_: true } },
          },
        }),
      ),
  };
}
