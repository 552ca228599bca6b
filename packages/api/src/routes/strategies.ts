import { SIGNALS as SIGNAL_NAMES } from '@trading/model';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { requireAccount } from '../access/principal';
import {
  accountId,
  dateText,
  decimalText,
  json,
  pageOf,
  paging,
  strategyId,
  symbol,
  timeInput,
  utcTime,
} from '../fields';
import { page } from '../paging/page';
import { notFound } from '../problems/apiProblem';
import { readPage } from '../sql/readPage';
import { DAILY_PERFORMANCE, SIGNALS, STRATEGIES, STRATEGY_VERSIONS } from '../sql/strategies';
import { boundTo } from './orders';
import type { Routes } from './tools';

const strategy = z
  .object({
    strategyId: z.string(),
    name: z.string(),
    status: z.enum(['active', 'inactive', 'paused']),
    accountId: z.string().nullable(),
    version: z.number().int().nullable().meta({ description: 'Of the parameters in force.' }),
    parameters: json,
    createdAt: utcTime,
    updatedAt: utcTime,
  })
  .meta({ id: 'Strategy' });

const version = z
  .object({ version: z.number().int(), parameters: json, active: z.boolean(), createdAt: utcTime })
  .meta({ id: 'StrategyVersion' });

const signal = z
  .object({
    signalId: z.string(),
    strategyId: z.string(),
    symbol: z.string(),
    signal: z.enum(SIGNAL_NAMES),
    strength: decimalText,
    price: decimalText.meta({ description: 'Close of the bar, in the series that the strategy reads.' }),
    barTimestamp: utcTime,
    dataSource: z.string().nullable(),
    correlationId: z.string().nullable(),
  })
  .meta({ id: 'Signal' });

const performance = z
  .object({
    date: z.string(),
    returns: decimalText.nullable(),
    sharpeRatio: decimalText.nullable(),
    maxDrawdown: decimalText.nullable(),
    totalTrades: z.number().int().nullable(),
    winRate: decimalText.nullable().meta({ description: 'A percentage.' }),
  })
  .meta({ id: 'DailyPerformance' });

const byId = z.strictObject({ strategyId });
const TAGS = ['strategies'];

/** Strategies, their parameters, signals and performance; activated, paused, ended. */
export const strategyRoutes: Routes = (app, { sql, system }) => {
  const read = async (request: FastifyRequest, id: string): Promise<z.output<typeof strategy>> => {
    const { data } = await readPage<z.output<typeof strategy>, 'strategyId'>(sql, STRATEGIES, {
      filters: { strategyId: id },
      limit: 1,
    });
    const [found] = data;
    if (found === undefined) throw notFound(`strategy '${id}'`, { strategyId: id });
    requireAccount(principal(request), found.accountId ?? '');
    return found;
  };

  app.get(
    '/v1/strategies',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Strategies with the parameters in force',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          status: z.enum(['active', 'inactive', 'paused']).optional(),
          ...paging,
        }),
        response: { 200: pageOf(strategy) },
      },
    },
    async (request) =>
      page(sql, STRATEGIES, 'strategies', request.query, {
        ...request.query,
        accounts: boundTo(request, request.query.accountId),
      }),
  );

  app.get(
    '/v1/strategies/:strategyId',
    {
      config: { scope: 'read' },
      schema: { summary: 'A strategy', tags: TAGS, params: byId, response: { 200: strategy } },
    },
    async (request) => read(request, request.params.strategyId),
  );

  app.get(
    '/v1/strategies/:strategyId/versions',
    {
      config: { scope: 'read' },
      schema: {
        summary: "Versions of a strategy's parameters, newest first",
        tags: TAGS,
        params: byId,
        querystring: z.strictObject({ ...paging }),
        response: { 200: pageOf(version) },
      },
    },
    async (request) => {
      const { strategyId: id } = await read(request, request.params.strategyId);
      return page(sql, STRATEGY_VERSIONS, `versions ${id}`, request.query, { strategyId: id });
    },
  );

  app.get(
    '/v1/strategies/:strategyId/performance',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'How a strategy did, up to the end of each trading day, youngest first',
        tags: TAGS,
        params: byId,
        querystring: z.strictObject({ from: dateText.optional(), to: dateText.optional(), ...paging }),
        response: { 200: pageOf(performance) },
      },
    },
    async (request) => {
      const { strategyId: id } = await read(request, request.params.strategyId);
      return page(sql, DAILY_PERFORMANCE, `performance ${id}`, request.query, {
        ...request.query,
        strategyId: id,
      });
    },
  );

  app.get(
    '/v1/signals',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Signals, youngest first',
        tags: TAGS,
        querystring: z.strictObject({
          strategyId: strategyId.optional(),
          symbol: symbol.optional(),
          since: timeInput.optional(),
          until: timeInput.optional(),
          ...paging,
        }),
        response: { 200: pageOf(signal) },
      },
    },
    async (request) =>
      page(sql, SIGNALS, 'signals', request.query, {
        ...request.query,
        accounts: boundTo(request, undefined),
      }),
  );

  const MOVES = {
    activate: 'Let a strategy trade from the next bar on',
    pause: "Stop a strategy's signals for now; its positions stay",
    deactivate: 'End a strategy; its positions stay',
  } as const;
  for (const move of ['activate', 'pause', 'deactivate'] as const) {
    app.post(
      `/v1/strategies/:strategyId/${move}`,
      {
        config: { scope: 'trade', changes: true },
        schema: { summary: MOVES[move], tags: TAGS, params: byId, response: { 200: strategy } },
      },
      async (request) => {
        const { strategyId: id } = request.params as z.output<typeof byId>;
        await read(request, id);
        await system.strategy[move](id);
        return read(request, id);
      },
    );
  }
};
