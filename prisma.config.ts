// First, and with nothing installed: another Prisma ends here with a sentence that says what to run instead.
import './scripts/requirePrisma7.cjs';
import {
  databaseUrlOf,
  showEverythingInStudio,
  unconfiguredDatabaseUrl,
  usePortableSchemaEngine,
} from '@trading/schema-engine';
import { defineConfig } from 'prisma/config';

usePortableSchemaEngine();
showEverythingInStudio();

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    // Without a database, `generate` and `validate` still work.
    url:
      databaseUrlOf(__dirname) ??
      unconfiguredDatabaseUrl(
        'There is no database yet. Run `npm run up` to start one, or set DATABASE_URL.',
      ),
  },
});
