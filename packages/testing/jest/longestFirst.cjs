const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The files that take longest, first: what is begun last is short, and no processor waits for the other. Jest would go by
 * size. The first one installs Prefect where it isn't; the others that need it come when that is done.
 */
const LONGEST = [
  'cli/test/prefect.test.ts',
  'cli/test/demo.test.ts',
  'schema-engine/test/migrate.test.ts',
  'schema-engine/test/interruption.test.ts',
  'event-bus/test/faults.test.ts',
  'cli/test/backtest.test.ts',
  'orchestration/test/upgrade.test.ts',
  'orchestration/test/worker.test.ts',
  'orchestration/test/server.test.ts',
  'local/test/migrations.test.ts',
  'schema-engine/test/shadowDatabase.test.ts',
  'local/test/crash.test.ts',
  'schema-engine/test/failures.test.ts',
  'cli/test/ingest.test.ts',
  'cli/test/orders.test.ts',
  'schema-engine/test/repository.test.ts',
  'database/test/migrateCycle.test.ts',
  'ingestion/test/kill.test.ts',
];

module.exports = class extends Sequencer {
  async sort(tests) {
    const rank = ({ path }) => {
      const found = LONGEST.findIndex((name) => path.endsWith(`/packages/${name}`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(tests)).sort((one, other) => rank(one) - rank(other));
  }
};
