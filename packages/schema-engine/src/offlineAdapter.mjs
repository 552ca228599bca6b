// @ts-check
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { SchemaEngineError } from './errors.mjs';

/**
 * An adapter with no database behind it, for the requests that need none (the difference between two
 * schema files). The engine asks one question as it starts, which is answered as an empty PostgreSQL
 * would; anything further is refused.
 *
 * @returns {import('@prisma/driver-adapter-utils').SqlDriverAdapter}
 */
export function createOfflineAdapter() {
  const refuse = async () => {
    throw new SchemaEngineError(
      'This command needs a database, and prisma.config.ts names none: set `datasource.url` there.',
    );
  };
  let questions = 0;
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    queryRaw: async () => {
      questions += 1;
      return questions === 1 ? startAnswer : refuse();
    },
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ supportsRelationJoins: true }),
    dispose: async () => undefined,
  };
}

/** Whether the schema exists, the version in words, and as a number. */
const startAnswer = {
  columnNames: ['exists', 'version', 'numeric_version'],
  columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
  rows: [[true, 'PostgreSQL 18.0', 180_000]],
};
