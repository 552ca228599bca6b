// Packs every package as `pnpm publish` would, and checks what is in it: that `exports` lead to files of the right
// form (publint), and that TypeScript finds the types that belong to them, by `import` and by `require` (are the types wrong).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as attw from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** How TypeScript programs of today resolve; `node10` knows no `exports`, so it can't have entries below a package's name. */
const RESOLUTIONS = ['node16-cjs', 'node16-esm', 'bundler'];

const folder = mkdtempSync(join(tmpdir(), 'trading-packages-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const packed = spawnSync('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
if (packed.status !== 0) {
  console.error(packed.stdout + packed.stderr);
  process.exit(1);
}
const names = readdirSync(folder).sort();
const problems = (await Promise.all(names.map(check))).flat();
for (const problem of problems) console.error(problem);
console.log(`${names.length} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** What is wrong with a packed package, a line each. */
async function check(name) {
  const bytes = new Uint8Array(readFileSync(join(folder, name)));
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer },
    level: 'warning',
    strict: true,
  });
  // The dashboard's files are served, not imported.
  if (pkg.private === true) return [];
  const analysis = await attw.checkPackage(attw.createPackageFromTarballData(bytes));
  return [
    ...messages.map((message) => `${pkg.name}: ${formatMessage(message, pkg, { color: false })}`),
    ...(analysis.types === false ? [`${pkg.name}: has no types`] : analysis.problems)
      .filter(({ resolutionKind }) => resolutionKind === undefined || RESOLUTIONS.includes(resolutionKind))
      .map((problem) => (typeof problem === 'string' ? problem : `${pkg.name}: ${JSON.stringify(problem)}`)),
  ];
}
