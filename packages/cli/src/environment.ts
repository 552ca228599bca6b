import { TradingError } from '@trading/model';
import { z } from 'zod';

const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const schema = z.object({
  /** A server of one's own, by a login that may make roles and databases. */
  DATABASE_URL: url(['postgresql:', 'postgres:']).optional(),
  /** A Redis of one's own. */
  REDIS_URL: z
    .string()
    .regex(/^rediss?(\+sentinel|\+cluster)?:\/\/[^/]/, {
      error: 'must be a URL that begins with redis://, rediss://, redis+sentinel:// or redis+cluster://',
    })
    .optional(),
  /** The password that the role prefect is to have on a server of one's own. */
  PREFECT_DB_PASSWORD: z.string().optional(),
  /** A Prefect server of one's own, with the `/api`, and what it wants to be told. */
  PREFECT_API_URL: url(['https:', 'http:']).optional(),
  PREFECT_API_KEY: z.string().optional(),
  PREFECT_API_AUTH_STRING: z.string().optional(),
  /** Keys of those who sell bars; only `ingest --provider` needs them. */
  POLYGON_API_KEY: z.string().optional(),
  ALPACA_API_KEY_ID: z.string().optional(),
  ALPACA_API_SECRET_KEY: z.string().optional(),
  /** Our account that is at Alpaca; without it no order leaves this machine. */
  ALPACA_TRADING_ACCOUNT: z.string().optional(),
  /** `paper` unless told; `live` trades real money and wants ALPACA_CONFIRM_LIVE to say so. */
  ALPACA_TRADING_ENVIRONMENT: z.enum(['paper', 'live']).optional(),
  ALPACA_CONFIRM_LIVE: z.literal('trade with real money').optional(),
  ALPACA_TRADING_BASE_URL: url(['https:', 'http:']).optional(),
  ALPACA_TRADING_STREAM_URL: url(['wss:', 'ws:']).optional(),
  /** What alerts go out by; a channel is there where its variables are set. */
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  SMTP_FROM: z.string().optional(),
  WEBHOOK_SECRET: z.string().min(24, { error: 'must have at least 24 characters' }).optional(),
  SLACK_WEBHOOK_URL: url(['https:', 'http:']).optional(),
  TELEGRAM_BOT_TOKEN: z.string().optional(),
  TELEGRAM_BASE_URL: url(['https:', 'http:']).optional(),
  /** Other servers that speak a provider's form: a proxy, or a recording. */
  POLYGON_BASE_URL: url(['https:', 'http:']).optional(),
  YAHOO_BASE_URL: url(['https:', 'http:']).optional(),
  ALPACA_DATA_BASE_URL: url(['https:', 'http:']).optional(),
  /** The folder of the system, where it is not the one that the command finds: see `findFolders`. */
  TRADING_ROOT: z.string().optional(),
  /** Prints stack traces with errors. */
  TRADING_DEBUG: z.string().optional(),
  /** Turns colours off, see no-color.org. */
  NO_COLOR: z.string().optional(),
});

/** What the environment says; packages take it as typed options. */
export type Environment = z.output<typeof schema>;

/**
 * Parses the environment once, at the edge. A variable that is set to nothing counts as unset.
 *
 * @throws TradingError `CLI.INVALID_ENVIRONMENT` naming each variable, never its value: it may hold a password
 */
export function parseEnvironment(env: NodeJS.ProcessEnv): Environment {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new TradingError('CLI.INVALID_ENVIRONMENT', `environment: ${problems.join('; ')}`, {
    details: { problems },
  });
}
