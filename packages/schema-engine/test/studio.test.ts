import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { repositoryRoot } from '@trading/testing';

const BUNDLE = join(
  dirname(createRequire(join(repositoryRoot(), 'package.json')).resolve('prisma/package.json')),
  'build/studio.js',
);

/** What Prisma's command reads, and hands to the browser, in a process that was prepared as prisma.config.ts does it. */
function read(file: string): string {
  const program = `
    require('@trading/schema-engine').showEverythingInStudio();
    require('node:fs/promises').readFile(${JSON.stringify(file)}).then((content) => process.stdout.write(content));`;
  return execFileSync(process.execPath, ['-e', program], {
    cwd: repositoryRoot(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('the pinned Studio is the one that the corrections are for: it lists partitioned tables and every row of a view', () => {
  const text = read(BUNDLE);

  expect(text).toMatch(/[\w$]+="v",[\w$]+=\[[\w$]+,[\w$]+,"p"\]/);
  expect(text).toMatch(
    /\.when\("cls\.relkind","=","v"\)\.then\([\w$]+\.ref\("att\.attnum"\)\)\.end\(\)\)\.as\("pk"\)/,
  );
});
