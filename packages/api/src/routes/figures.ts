import { z } from 'zod';
import { principal } from '../access/authenticate';
import { requireAllAccounts } from '../access/principal';
import {
  accountId,
  dateText,
  decimalText,
  json,
  named,
  pageOf,
  paging,
  strategyId,
  utcTime,
} from '../fields';
import { page } from '../paging/page';
import { EQUITY_CURVES, FIGURES, REPORTS } from '../sql/figures';
import { boundTo } from './orders';
import type { Routes } from './tools';

const figure = z
  .object({
    accountId: z.string(),
    strategyId: z.string(),
    metric: z.string(),
    date: z.string(),
    value: decimalText.nullable(),
    method: json.meta({ description: 'How the value was computed.' }),
    computedAt: utcTime,
  })
  .meta({ id: 'Figure' });

const curve = z
  .object({
    accountId: z.string(),
    strategyId: z.string(),
    dates: z.array(z.string()),
    equity: z.array(decimalText),
  })
  .meta({ id: 'EquityCurve' });

const report = z
  .object({
    reportId: z.string(),
    reportType: z.string(),
    periodStart: z.string(),
    periodEnd: z.string(),
    content: json,
    createdAt: utcTime,
  })
  .meta({ id: 'Report' });

const TAGS = ['figures'];
const period = { from: dateText.optional(), to: dateText.optional() };

/** What analytics computed: figures, equity curves, reports. */
export const figureRoutes: Routes = (app, { sql }) => {
  app.get(
    '/v1/figures',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Figures of strategies by trading date, youngest first, each with its method',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          strategyId: strategyId.optional(),
          metric: named(50).optional(),
          ...period,
          ...paging,
        }),
        response: { 200: pageOf(figure) },
      },
    },
    async (request) =>
      page(sql, FIGURES, 'figures', request.query, {
        ...request.query,
        accounts: boundTo(request, request.query.accountId),
      }),
  );

  app.get(
    '/v1/equity-curves',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Equity by trading date, a curve for each strategy and account',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          strategyId: strategyId.optional(),
          ...period,
        }),
        response: { 200: z.object({ curves: z.array(curve) }) },
      },
    },
    async (request) => {
      const { accountId: account, strategyId: strategy, from, to } = request.query;
      const values = [boundTo(request, account), account ?? null, strategy ?? null, from ?? null, to ?? null];
      return { curves: await sql.query<z.output<typeof curve>>(EQUITY_CURVES, values) };
    },
  );

  app.get(
    '/v1/reports',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Stored reports, newest first',
        tags: TAGS,
        querystring: z.strictObject({
          reportType: named(50).optional(),
          reportId: named(100).optional(),
          ...paging,
        }),
        response: { 200: pageOf(report) },
      },
    },
    async (request) => {
      requireAllAccounts(principal(request));
      return page(sql, REPORTS, 'reports', request.query, request.query);
    },
  );
};
