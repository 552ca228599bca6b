import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import sse from '@fastify/sse';
import { isTradingError } from '@trading/model';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { authenticate } from '../access/authenticate';
import { checkHost } from '../access/hostCheck';
import { recordChanges } from '../changes/recordChanges';
import { ApiProblem } from '../problems/apiProblem';
import { problemOf } from '../problems/problemOf';
import { accountRoutes } from '../routes/accounts';
import { alertRoutes } from '../routes/alerts';
import { backtestRoutes } from '../routes/backtests';
import { busRoutes } from '../routes/bus';
import { cashRoutes } from '../routes/cash';
import { figureRoutes } from '../routes/figures';
import { marketDataRoutes } from '../routes/marketData';
import { orderRoutes } from '../routes/orders';
import { riskRoutes } from '../routes/risk';
import { sessionRoutes } from '../routes/session';
import { strategyRoutes } from '../routes/strategies';
import { systemRoutes } from '../routes/system';
import type { App, RouteTools } from '../routes/tools';
import { eventStreamRoutes } from '../stream/eventStream';
import { tagEntities } from './entityTags';
import { describeRoutes } from './openApi';
import { secure, servePages } from './pages';

/** How a server answers. */
export interface ServerSettings {
  /** Names that it is reached by, besides those of loopback. */
  readonly names: readonly string[];
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Address of the proxy whose X-Forwarded-For is believed. */
  readonly proxy: string | undefined;
  /** Of one key. */
  readonly requestsPerMinute: number;
  /** The dashboard's files. */
  readonly pages: string | undefined;
  /** Hears of mistakes of ours, and of servers that are away. */
  readonly onWarning: (message: string) => void;
}

const BODY_LIMIT = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HEARTBEAT_MS = 15_000;

const ROUTES = [
  sessionRoutes,
  accountRoutes,
  cashRoutes,
  orderRoutes,
  strategyRoutes,
  marketDataRoutes,
  figureRoutes,
  riskRoutes,
  alertRoutes,
  busRoutes,
  backtestRoutes,
  systemRoutes,
  eventStreamRoutes,
];

/** Puts the server together; it doesn't listen yet. */
export async function buildServer(tools: RouteTools, settings: ServerSettings): Promise<FastifyInstance> {
  const { tls, proxy } = settings;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: proxy ?? false,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
    ...(tls === undefined ? {} : { https: tls }),
  }) as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerErrors(app, settings.onWarning);
  secure(app);
  checkHost(app, settings.names);
  await app.register(cookie);
  authenticate(app, tools.keys, tools.sessions);
  await app.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: 60_000,
    // Behind the authentication, so that it counts by key.
    hook: 'preValidation',
    keyGenerator: (request) => request.principal?.keyId ?? request.ip,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new ApiProblem(
        429,
        'API.TOO_MANY_REQUESTS',
        `at most ${max} requests a minute are answered; go on in ${Math.ceil(ttl / 1_000)} s`,
      ),
  });
  await app.register(sse, { heartbeatInterval: HEARTBEAT_MS });
  recordChanges(app, tools.sql);
  tagEntities(app);
  await describeRoutes(app);
  app.after(() => {
    for (const routes of ROUTES) routes(app, tools);
  });
  await servePages(app, settings.pages);
  await app.ready();
  return app;
}

function answerErrors(app: App, onWarning: (message: string) => void): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = problemOf(error);
    if (answer.status >= 500) {
      const { method, url } = request;
      const what = error instanceof Error ? error : new Error(String(error));
      const cause = isTradingError(error) ? '' : ` ${what.stack ?? ''}`;
      onWarning(`${method} ${url.split('?')[0]}: ${answer.code}: ${what.message}${cause}`);
    }
    if (answer.status === 503) reply.header('Retry-After', '1');
    if (answer.status === 401) reply.header('WWW-Authenticate', 'Bearer');
    return reply.code(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  });
  app.setNotFoundHandler(async (request) => {
    const path = request.url.split('?')[0];
    throw new ApiProblem(
      404,
      'API.NOT_FOUND',
      `there is no ${request.method} ${path}; /v1/openapi.json lists what there is`,
    );
  });
}
