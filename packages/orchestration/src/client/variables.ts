import { isTradingError } from '@trading/model';
import type { Variable } from './apiTypes';
import type { Transport } from './transport';

/** Named values that Prefect keeps and its UI edits. */
export interface VariablesResource {
  /** Creates or replaces it. The value is anything that JSON holds. */
  set(name: string, value: VariableValue): Promise<void>;
  /** Undefined where there is none. */
  get(name: string): Promise<Variable | undefined>;
  list(): Promise<Variable[]>;
  remove(name: string): Promise<void>;
}

/** What a variable may hold. */
export type VariableValue = string | number | boolean | Record<string, unknown> | unknown[] | null;

/** Variables over a transport. */
export function createVariables({ http, safe, once }: Transport): VariablesResource {
  const path = (name: string) => ({ params: { path: { name } } });
  return {
    set: async (name, value) => {
      try {
        await safe(`setting variable ${name}`, () =>
          http.PATCH('/variables/name/{name}', { ...path(name), body: { value } }),
        );
      } catch (error) {
        if (!isTradingError(error, 'PREFECT.NOT_FOUND')) throw error;
        await once(`creating variable ${name}`, () => http.POST('/variables/', { body: { name, value } }));
      }
    },
    get: async (name) => {
      try {
        return await safe(`reading variable ${name}`, () => http.GET('/variables/name/{name}', path(name)));
      } catch (error) {
        if (isTradingError(error, 'PREFECT.NOT_FOUND')) return undefined;
        throw error;
      }
    },
    list: () => safe('listing variables', () => http.POST('/variables/filter', { body: { limit: 200 } })),
    remove: async (name) => {
      await safe(`removing variable ${name}`, () => http.DELETE('/variables/name/{name}', path(name)));
    },
  };
}
