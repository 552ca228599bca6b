/** What to set up, if not this very process. */
export interface PortableSchemaEngineOptions {
  /** The variables to set; `process.env` unless given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** The operating system to start the engine on; this one unless given. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Has Prisma's CLI use this package's schema engine, and ask nothing of the network beside.
 *
 * Call it at the top of `prisma.config.ts`. An engine that the user chose with
 * `PRISMA_SCHEMA_ENGINE_BINARY` stays chosen.
 */
export declare function usePortableSchemaEngine(options?: PortableSchemaEngineOptions): void;

/**
 * The database that Prisma's commands work on in `folder`: the one that DATABASE_URL names, otherwise the one that `trading up`
 * wrote to `.trading/connection.json`. Where DATABASE_URL is the administrator's login that `up` was given, `trading_system`
 * as its owner is returned, which is what `up` made there.
 *
 * @returns undefined where there is neither
 * @throws SyntaxError where the file is not JSON
 */
export declare function databaseUrlOf(folder: string, environment?: NodeJS.ProcessEnv): string | undefined;

/**
 * A URL for `datasource.url` when there is no database yet: `generate` and `validate` work with it,
 * and whatever needs a database fails with the given reason.
 *
 * @param reason a sentence that says what to do
 */
export declare function unconfiguredDatabaseUrl(reason: string): string;

/**
 * Has Prisma Studio list partitioned tables, and tell the rows of a view apart, which the release that comes with Prisma
 * 7.10 does not: of a view it shows one row only. Another release is left as it is, and stderr says so.
 *
 * Call it in `prisma.config.ts`; it concerns this process only.
 */
export declare function showEverythingInStudio(): void;

/** The absolute path of the engine's executable. */
export declare const enginePath: string;
