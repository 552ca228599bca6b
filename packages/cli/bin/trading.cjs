#!/usr/bin/env node
// Links before the build has run: so the program itself is looked up only when it is called.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/main.js');
if (existsSync(main)) {
  require(main);
} else {
  console.error('The packages are not built yet. Run: npm run setup');
  process.exitCode = 3;
}
