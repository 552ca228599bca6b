// Copies the repository's `prisma/` and the configuration beside this file into the build, for installations.
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = resolve(here, '../dist/project');
rmSync(target, { recursive: true, force: true });
cpSync(resolve(here, '../../../prisma'), join(target, 'prisma'), { recursive: true });
cpSync(join(here, 'prisma.config.cjs'), join(target, 'prisma.config.cjs'));
