import { Decimal } from '@trading/model';
import { z } from 'zod';
import { principal } from '../access/authenticate';
import { requireAccount } from '../access/principal';
import { accountId, decimalText, json, pageOf, paging, symbol, timeInput, utcTime } from '../fields';
import { page } from '../paging/page';
import { ApiProblem, notFound } from '../problems/apiProblem';
import { ACCOUNTS, POSITIONS } from '../sql/accounts';
import { TRADED_SYMBOLS } from '../sql/orders';
import { readPage } from '../sql/readPage';
import { boundTo } from './orders';
import type { Routes } from './tools';

const account = z
  .object({
    accountId: z.string(),
    capital: decimalText
      .nullable()
      .meta({ description: 'What it began with; null where it was never opened.' }),
    equity: decimalText.nullable().meta({
      description:
        'Cash, positions at their marks and receivables; capital and P&L where no money is on record.',
    }),
    pnl: decimalText.meta({ description: 'Realised and unrealised, after commissions.' }),
    dayPnl: decimalText.nullable().meta({ description: 'Of `tradingDay`.' }),
    tradingDay: z
      .string()
      .nullable()
      .meta({ description: 'The New York trading day that the monitor saw last.' }),
    peakPnl: decimalText.nullable(),
    grossExposure: decimalText.meta({ description: 'Sum of the absolute market values of its positions.' }),
    positions: z.number().int(),
    stopped: z
      .enum(['reduce_only', 'halt'])
      .nullable()
      .meta({ description: 'What its own kill switch lets pass.' }),
    updatedAt: utcTime.nullable(),
  })
  .meta({ id: 'Account' });

type ListedAccount = z.output<typeof account>;

const position = z
  .object({
    accountId: z.string(),
    symbol: z.string(),
    quantity: decimalText.meta({ description: 'Signed.' }),
    avgPrice: decimalText,
    costBasis: decimalText,
    realizedPnl: decimalText,
    markPrice: decimalText.nullable(),
    marketValue: decimalText.nullable(),
    unrealizedPnl: decimalText.nullable(),
    markSource: z.string().nullable(),
    markedAt: utcTime.nullable(),
    lastUpdated: utcTime.nullable(),
  })
  .meta({ id: 'Position' });

const audit = z
  .object({
    accountId: z.string(),
    symbol: z.string(),
    asOf: utcTime.nullable(),
    quantity: decimalText,
    avgPrice: decimalText,
    costBasis: decimalText,
    realizedPnl: decimalText,
    commission: decimalText,
    trades: z.array(json).meta({
      description: 'Each trade with its order, the moves of that, the risk decision, the signal and its bar.',
    }),
  })
  .meta({ id: 'PositionAudit' });

const TAGS = ['accounts'];

/** Accounts and positions. */
export const accountRoutes: Routes = (app, { sql, system }) => {
  app.get(
    '/v1/accounts',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Accounts, with equity and the P&L of the day',
        tags: TAGS,
        querystring: z.strictObject({ ...paging }),
        response: { 200: pageOf(account) },
      },
    },
    async (request) => {
      const accounts = boundTo(request, undefined);
      const [listed, equities] = await Promise.all([
        page<ListedAccount, 'accounts' | 'accountId'>(sql, ACCOUNTS, 'accounts', request.query, { accounts }),
        equityOf(),
      ]);
      return { ...listed, data: listed.data.map((each) => withEquity(each, equities)) };
    },
  );

  app.get(
    '/v1/accounts/:accountId',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'An account',
        tags: TAGS,
        params: z.strictObject({ accountId }),
        response: { 200: account },
      },
    },
    async (request) => {
      const { accountId: id } = request.params;
      requireAccount(principal(request), id);
      const { data } = await readPage<z.output<typeof account>, 'accountId' | 'accounts'>(sql, ACCOUNTS, {
        filters: { accountId: id },
        limit: 1,
      });
      const found = data[0] ?? raise(notFound(`account '${id}'`, { accountId: id }));
      return withEquity(found, await equityOf(id));
    },
  );

  app.get(
    '/v1/positions',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'Positions now, or of an account as of a time',
        description:
          'With `asOf`, the positions of `accountId` as they follow from the fills that were executed up to then, without marks; that is one page.',
        tags: TAGS,
        querystring: z.strictObject({
          accountId: accountId.optional(),
          symbol: symbol.optional(),
          flat: z
            .enum(['true', 'false'])
            .default('false')
            .meta({ description: 'Positions that were closed too.' }),
          asOf: timeInput.optional(),
          ...paging,
        }),
        response: { 200: pageOf(position) },
      },
    },
    async (request) => {
      const { asOf, flat, ...query } = request.query;
      const accounts = boundTo(request, query.accountId);
      if (asOf !== undefined)
        return {
          data: await positionsAsOf(query.accountId, query.symbol, new Date(asOf), flat),
          nextCursor: null,
        };
      return page(sql, POSITIONS, 'positions', request.query, {
        ...query,
        accounts,
        open: flat === 'true' ? undefined : true,
      });
    },
  );

  app.get(
    '/v1/positions/:accountId/:symbol/audit',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'How a position came to be, down to the bar of each signal',
        tags: TAGS,
        params: z.strictObject({ accountId, symbol }),
        querystring: z.strictObject({ asOf: timeInput.optional() }),
        response: { 200: audit },
      },
    },
    async (request) => {
      const { accountId: id, symbol: of } = request.params;
      requireAccount(principal(request), id);
      const { asOf } = request.query;
      const told = await system.execution.auditPosition(
        id,
        of,
        asOf === undefined ? undefined : new Date(asOf),
      );
      return { ...told, asOf: told.asOf?.toISOString() ?? null, trades: [...told.trades] };
    },
  );

  async function equityOf(id?: string): Promise<ReadonlyMap<string, string>> {
    const balances = await system.execution.cash.balances(id);
    return new Map(balances.map(({ accountId: of, equity }) => [of, new Decimal(equity).toFixed()]));
  }

  async function positionsAsOf(
    id: string | undefined,
    of: string | undefined,
    asOf: Date,
    flat: 'true' | 'false',
  ): Promise<z.output<typeof position>[]> {
    if (id === undefined)
      throw new ApiProblem(
        400,
        'API.INVALID_REQUEST',
        'asOf needs accountId: positions of the past are derived one account at a time',
      );
    const symbols =
      of === undefined
        ? (await sql.query<{ symbol: string }>(TRADED_SYMBOLS, [id])).map(({ symbol: each }) => each)
        : [of];
    const positions: z.output<typeof position>[] = [];
    for (const each of symbols) {
      const { quantity, avgPrice, costBasis, realizedPnl, trades } = await system.execution.auditPosition(
        id,
        each,
        asOf,
      );
      if (trades.length === 0 || (quantity === '0' && flat === 'false')) continue;
      positions.push({
        accountId: id,
        symbol: each,
        quantity,
        avgPrice,
        costBasis,
        realizedPnl,
        markPrice: null,
        marketValue: null,
        unrealizedPnl: null,
        markSource: null,
        markedAt: null,
        lastUpdated: null,
      });
    }
    return positions;
  }
};

/** An account as the ledger knows it, where it does. */
function withEquity(listed: ListedAccount, equities: ReadonlyMap<string, string>): ListedAccount {
  return { ...listed, equity: equities.get(listed.accountId) ?? listed.equity };
}

function raise(error: Error): never {
  throw error;
}
