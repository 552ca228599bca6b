// @ts-check
const promises = require('node:fs/promises');

/**
 * What is wrong in the pages of Prisma Studio 0.33, as its bundle has it, and what is right. Names are whatever the minifier
 * chose, so they are taken from the match.
 */
const CORRECTIONS = [
  {
    // Which relations are listed: plain tables and views, and so no partitioned table.
    wrong: /([\w$]+)="v",([\w$]+)=\[([\w$]+),\1\]/,
    right: '$1="v",$2=[$3,$1,"p"]',
  },
  {
    // By what rows are told apart: the primary key, and so all rows of a view are one. All its columns serve as well.
    wrong: /([\w$]+)\.fn\("array_position",\["pk_con\.conkey","att\.attnum"\]\)\.as\("pk"\)/,
    right:
      '$1.fn.coalesce($1.fn("array_position",["pk_con.conkey","att.attnum"]),$1.case().when("cls.relkind","=","v").then($1.ref("att.attnum")).end()).as("pk")',
  },
];

/** @param {string} source the bundle of Prisma Studio */
function corrected(source) {
  const missing = CORRECTIONS.filter(({ wrong }) => !wrong.test(source));
  if (missing.length > 0) {
    console.error(
      'Prisma Studio is another release than 0.33: partitioned tables may be missing in it, and of views it may show one row only.',
    );
    return source;
  }
  return CORRECTIONS.reduce((text, { wrong, right }) => text.replace(wrong, right), source);
}

function showEverythingInStudio() {
  const { readFile } = promises;
  const read = /** @type {(path: unknown, ...more: unknown[]) => Promise<string | Buffer>} */ (readFile);
  // Prisma's command reads the bundle anew for each page, by this very function.
  Object.assign(promises, {
    /**
     * @param {unknown} path
     * @param {unknown[]} more
     */
    readFile: async (path, ...more) => {
      const content = await read(path, ...more);
      const isBundle = typeof path === 'string' && /[\\/]prisma[\\/]build[\\/]studio\.js$/.test(path);
      return isBundle ? Buffer.from(corrected(content.toString())) : content;
    },
  });
}

module.exports = { showEverythingInStudio };
