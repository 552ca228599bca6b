// What `trading up`, `migrate` and `studio` give Prisma where the packages are installed: there is no checkout then, so the
// schema and the migrations are those of this package. The build copies this file beside them, to dist/project.
const {
  databaseUrlOf,
  showEverythingInStudio,
  unconfiguredDatabaseUrl,
  usePortableSchemaEngine,
} = require('@trading/schema-engine');
const { defineConfig } = require('prisma/config');

usePortableSchemaEngine();
showEverythingInStudio();

module.exports = defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    url:
      databaseUrlOf(process.env.TRADING_ROOT ?? process.cwd()) ??
      unconfiguredDatabaseUrl(
        'There is no database yet. Run `npx trading up` to start one, or set DATABASE_URL.',
      ),
  },
});
