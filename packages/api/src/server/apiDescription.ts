import type { TradingSystem } from '@trading/system';
import type { RouteTools } from '../routes/tools';
import { buildServer } from './buildServer';

/** The OpenAPI document: what docs/api/openapi.json holds. Made of the routes alone, without any server. */
export async function apiDescription(): Promise<string> {
  const app = await buildServer(routesOnly(), {
    names: [],
    tls: undefined,
    proxy: undefined,
    requestsPerMinute: 1,
    pages: undefined,
    onWarning: () => {},
  });
  try {
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
  }
}

/** Routes hold on to the system and use it when they are called, which nobody does here. */
function routesOnly(): RouteTools {
  const system = { pools: {}, onEvents: () => () => {} } as unknown as TradingSystem;
  return { system } as unknown as RouteTools;
}
