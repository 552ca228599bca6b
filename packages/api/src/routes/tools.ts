import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sql } from '@trading/database';
import type { TradingSystem } from '@trading/system';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Keys } from '../access/keys';
import type { Sessions } from '../access/sessions';
import type { Backtests } from '../backtests/backtests';

/** Servers and migrations, as this machine knows them; without passwords. */
export interface SystemFacts {
  readonly mode: string;
  readonly servers: readonly {
    readonly name: string;
    readonly running: boolean;
    readonly host: string;
    readonly port: number;
    readonly version?: string | undefined;
    readonly problem?: string | undefined;
  }[];
  readonly migrations: {
    readonly applied: number;
    readonly pending: readonly string[];
  } | null;
}

/** What routes work with. */
export interface RouteTools {
  /** As the API's own role: published views, and what is its own. */
  readonly sql: Sql;
  /** The services, for what changes something and for what they alone can tell. */
  readonly system: TradingSystem;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly backtests: Backtests;
  readonly facts: () => Promise<SystemFacts>;
  /** Whether the session's cookie is for TLS only. */
  readonly secure: boolean;
}

/** The server, with routes typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds the routes of one subject. */
export type Routes = (app: App, tools: RouteTools) => void;
