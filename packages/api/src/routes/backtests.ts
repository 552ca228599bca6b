import { backtestRequest } from '@trading/backtest';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { accountsOf, requireAccount } from '../access/principal';
import type { BacktestRun } from '../backtests/backtests';
import { json, utcTime } from '../fields';
import { notFound } from '../problems/apiProblem';
import type { Routes } from './tools';

const run = z
  .object({
    backtestId: z.string(),
    status: z.enum(['waiting', 'running', 'done', 'failed', 'stopped']),
    createdAt: utcTime,
    request: json,
    progress: z.object({
      done: z.number().int(),
      total: z.number().int(),
      date: z.string().nullable().meta({ description: 'The trading date that it is at.' }),
    }),
    result: z
      .object({
        figures: json,
        fills: z.array(json),
        equityCurve: z.array(z.object({ date: z.string(), equity: z.string() })),
      })
      .nullable()
      .meta({ description: 'Null until it is done.' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'Backtest' });

const byId = z.strictObject({ backtestId: z.uuid() });
const TAGS = ['backtests'];

/** Backtests: started, followed, stopped. They run one at a time in a thread of their own, and are kept in memory. */
export const backtestRoutes: Routes = (app, { system, backtests }) => {
  app.post(
    '/v1/backtests',
    {
      config: { scope: 'read', rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: {
        summary: 'Start a backtest of stored bars; writes nothing to the books',
        description:
          'The answer comes at once; GET it again until it is `done`. The last 20 are kept while the server runs.',
        tags: TAGS,
        body: backtestRequest.strict(),
        response: { 202: run },
      },
    },
    async (request, reply) => {
      const who = principal(request);
      const { strategy } = request.body;
      // A stored strategy is judged by the limits of its account.
      if (strategy !== undefined)
        requireAccount(who, accountOf((await system.strategy.get(strategy)).parameters));
      const started = backtests.start(request.body, { keyId: who.keyId, accounts: who.accounts });
      return reply.code(202).send(toJson(started));
    },
  );

  app.get(
    '/v1/backtests',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Backtests of this server, newest first, without their results',
        tags: TAGS,
        response: { 200: z.object({ data: z.array(run) }) },
      },
    },
    async (request) => ({
      data: backtests
        .list()
        .filter((each) => maySee(request, each))
        .map((each) => ({ ...toJson(each), result: null })),
    }),
  );

  app.get(
    '/v1/backtests/:backtestId',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'A backtest, with its result once it is done',
        tags: TAGS,
        params: byId,
        response: { 200: run },
      },
    },
    async (request) => toJson(find(request, request.params.backtestId)),
  );

  app.post(
    '/v1/backtests/:backtestId/stop',
    {
      config: { scope: 'read' },
      schema: { summary: 'Stop a backtest', tags: TAGS, params: byId, response: { 200: run } },
    },
    async (request) => {
      const found = find(request, request.params.backtestId);
      backtests.stop(found.backtestId);
      return toJson(found);
    },
  );

  function find(request: FastifyRequest, backtestId: string): BacktestRun {
    const found = backtests.find(backtestId);
    if (found === undefined || !maySee(request, found))
      throw notFound(`backtest ${backtestId}`, { backtestId });
    return found;
  }
};

/** Whoever covers all accounts sees every run, others their own. */
function maySee(request: FastifyRequest, { keyId }: BacktestRun): boolean {
  const who = principal(request);
  return accountsOf(who) === null || who.keyId === keyId;
}

function accountOf(parameters: unknown): string {
  return (parameters as { accountId?: string } | null)?.accountId ?? '';
}

function toJson({
  backtestId,
  status,
  createdAt,
  request,
  progress,
  result,
  error,
}: BacktestRun): z.output<typeof run> {
  return {
    backtestId,
    status,
    createdAt: createdAt.toISOString(),
    request,
    progress,
    result:
      result === null
        ? null
        : {
            figures: result.figures,
            fills: [...result.fills],
            equityCurve: result.equityCurve.map((point) => ({ ...point })),
          },
    error,
  };
}
