import type { Flow } from './apiTypes';
import type { Transport } from './transport';

/** What a run is a run of: a name, with tags. */
export interface FlowsResource {
  /** Creates the flow of that name, or finds it. */
  ensure(name: string, options?: { tags?: string[] }): Promise<Flow>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byName(name: string): Promise<Flow>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  byId(id: string): Promise<Flow>;
  /** Up to `limit` (200 unless told), by name. */
  list(options?: { limit?: number; offset?: number }): Promise<Flow[]>;
  remove(id: string): Promise<void>;
}

/** Flows over a transport. */
export function createFlows({ http, safe }: Transport): FlowsResource {
  return {
    ensure: (name, { tags = [] } = {}) =>
      safe(`creating flow ${name}`, () => http.POST('/flows/', { body: { name, tags } })),
    byName: (name) =>
      safe(`reading flow ${name}`, () => http.GET('/flows/name/{name}', { params: { path: { name } } })),
    byId: (id) => safe(`reading flow ${id}`, () => http.GET('/flows/{id}', { params: { path: { id } } })),
    list: ({ limit = 200, offset = 0 } = {}) =>
      safe('listing flows', () => http.POST('/flows/filter', { body: { limit, offset, sort: 'NAME_ASC' } })),
    remove: async (id) => {
      await safe(`removing flow ${id}`, () => http.DELETE('/flows/{id}', { params: { path: { id } } }));
    },
  };
}
