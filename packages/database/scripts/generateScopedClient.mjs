// Generates the scoped Prisma client of one service package: `node generateScopedClient.mjs execution`.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { composeScopedSchema, ROOT } from './scopedSchema.mjs';

const service = process.argv[2];
const schema = await composeScopedSchema(service);
const prisma = createRequire(join(ROOT, 'package.json')).resolve('prisma/build/index.js');
const { status } = spawnSync(process.execPath, [prisma, 'generate', '--schema', schema, '--no-hints'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (status !== 0) console.error(`prisma generate failed for ${service}`);
process.exit(status ?? 1);
