// Lets `node -r` run the repository's TypeScript as it stands, for tests whose programs are processes of their own: they
// start hundreds of them, so what was compiled once is kept, under a name that only this very text and compiler have.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
// The compiler itself is loaded only for what it hasn't compiled yet.
const { version: COMPILER } = require('@swc/core/package.json');

const CACHE = join(__dirname, '../../../node_modules/.cache/typescript-programs');
const OPTIONS = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs' },
  sourceMaps: false,
};

require.extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([COMPILER, OPTIONS]))
    .update(source)
    .digest('hex');
  module._compile(compiled(join(CACHE, `${key}.js`), source, filename), filename);
};

function compiled(file, source, filename) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // A test that runs as somebody else may not read here.
    if (!['ENOENT', 'EACCES', 'EPERM'].includes(error.code)) throw error;
  }
  const { code } = require('@swc/core').transformSync(source, { ...OPTIONS, filename });
  keep(file, code);
  return code;
}

function keep(file, code) {
  try {
    mkdirSync(CACHE, { recursive: true });
    // Whole or not at all: others may be reading, and this process may be killed at any moment.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  } catch (error) {
    // A test that runs as somebody else may not write here.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}
