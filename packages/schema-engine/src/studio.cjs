// @ts-check
const promises = require('node:fs/promises');

/** Where the bundle of Studio 0.33 says which kinds of relations are listed: plain tables and views, so no partitioned ones. */
const KINDS = '="v",';
/** Where it says by what rows are told apart: the primary key, so all rows of a view are one. All its columns serve as well. */
const KEY = '.fn("array_position",["pk_con.conkey","att.attnum"]).as("pk")';

/** @param {string} source the bundle of Prisma Studio */
function corrected(source) {
  const withKinds = listPartitioned(source);
  const withKeys = withKinds === undefined ? undefined : keyViews(withKinds);
  if (withKeys !== undefined) return withKeys;
  console.error(
    'Prisma Studio is another release than 0.33: partitioned tables may be missing in it, and of views it may show one row only.',
  );
  return source;
}

/**
 * Adds a third kind to the list of two. Names are whatever the minifier chose.
 *
 * @param {string} source
 */
function listPartitioned(source) {
  for (let at = source.indexOf(KINDS); at >= 0; at = source.indexOf(KINDS, at + 1)) {
    const rest = at + KINDS.length;
    const list = /^[\w$]{1,8}=\[[\w$]{1,8},[\w$]{1,8}(?=\])/.exec(source.slice(rest, rest + 40));
    if (list !== null) {
      const end = rest + list[0].length;
      return `${source.slice(0, end)},"p"${source.slice(end)}`;
    }
  }
  return undefined;
}

/** @param {string} source */
function keyViews(source) {
  const at = source.indexOf(KEY);
  if (at < 0) return undefined;
  let start = at;
  while (/^[\w$]$/.test(source.charAt(start - 1))) start -= 1;
  const name = source.slice(start, at);
  const key = KEY.slice(0, KEY.lastIndexOf('.as('));
  const right = `${name}.fn.coalesce(${name}${key},${name}.case().when("cls.relkind","=","v").then(${name}.ref("att.attnum")).end()).as("pk")`;
  return source.slice(0, start) + right + source.slice(at + KEY.length);
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
