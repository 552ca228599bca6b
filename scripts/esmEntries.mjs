// Writes the entries of a built package for `import`: `dist/index.mjs` beside `dist/index.js`, with the same names.
// The package is compiled once, to CommonJS. The entry only passes its exports on, so a program that reaches a package by
// `import` and by `require` has one pool, one registry of events and one class of each error, not two.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

const folder = process.cwd();
const require = createRequire(join(folder, 'package.json'));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

for (const conditions of Object.values(manifest.exports)) {
  const entry = conditions.import?.default;
  if (entry === undefined) continue;
  const built = conditions.require.default;
  const names = Object.keys(require(join(folder, built)));
  if (names.length === 0) throw new Error(`${manifest.name}: ${built} exports nothing`);
  const from = JSON.stringify(`./${basename(built)}`);
  // Node's guess of what a CommonJS module exports is not relied on.
  writeFileSync(
    join(folder, entry),
    `import compiled from ${from};\n\nexport const {\n${names.map((name) => `  ${name},\n`).join('')}} = compiled;\n`,
  );
  writeFileSync(join(folder, conditions.import.types), `export * from ${from};\n`);
}
