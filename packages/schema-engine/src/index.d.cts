/**
 * Has Prisma's CLI use this package's schema engine, and ask nothing of the network beside.
 *
 * Call it at the top of `prisma.config.ts`. An engine that the user chose with
 * `PRISMA_SCHEMA_ENGINE_BINARY` stays chosen.
 *
 * @param environment the variables to set; the process's own without it
 */
export declare function usePortableSchemaEngine(environment?: NodeJS.ProcessEnv): void;

/**
 * A URL for `datasource.url` when there is no database yet: `generate` and `validate` work with it,
 * and whatever needs a database fails with the given reason.
 *
 * @param reason a sentence that says what to do
 */
export declare function unconfiguredDatabaseUrl(reason: string): string;

/** The absolute path of the engine's executable. */
export declare const enginePath: string;
