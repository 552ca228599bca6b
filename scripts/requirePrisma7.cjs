// @ts-check
// Stops a Prisma of another major version before it reads the schema. `npx prisma` starts one where Prisma 8 is installed beside
// this project, and may fetch one before `npm run setup`. Prisma 8 has other commands and another form of migrations.
const { existsSync, readFileSync, realpathSync } = require('node:fs');
const { dirname, join } = require('node:path');

const WANTED = '7';
/** The package under either name: `@prisma/prisma7` is the same program, for installing it beside Prisma 8. */
const NAMES = ['prisma', '@prisma/prisma7'];

const running = runningPrisma(process.argv[1]);
if (running !== undefined && running.split('.')[0] !== WANTED) {
  throw new Error(
    `This project works with Prisma 7.10, and the command that runs is Prisma ${running}. Run \`npm run setup\`, then \`npx --no prisma ...\`, which is the Prisma of this checkout and never another one.`,
  );
}
if (!existsSync(join(__dirname, '../node_modules/@trading/schema-engine'))) {
  throw new Error('The packages are not installed yet: run `npm run setup` first.');
}

/**
 * The version of the Prisma whose program this process runs; undefined where it runs another, such as an editor's.
 *
 * @param {string | undefined} program
 * @returns {string | undefined}
 */
function runningPrisma(program) {
  if (program === undefined) return undefined;
  for (let folder = dirname(realpathSync(program)); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (NAMES.includes(name)) return version;
    } catch {
      // No manifest here, or none that can be read: it is not Prisma's.
    }
  }
  return undefined;
}
