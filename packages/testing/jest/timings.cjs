/**
 * How long each test file takes, in seconds: `timings.json`, which `npm run test:timings` writes. The figures are those of the
 * machine that measured; only their ratios count, for the order in which files run.
 */
const fs = require('node:fs');
const path = require('node:path');

const FILE = path.join(__dirname, 'timings.json');
const ROOT = path.join(__dirname, '../../..');

/** Seconds of each file by its path in the repository. */
function secondsByFile() {
  return fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, 'utf8')) : {};
}

/** Notes what was measured. A file that was not measured keeps its figure; one that is gone loses it. */
function keepTimings(measured) {
  const all = Object.entries({ ...secondsByFile(), ...measured });
  const there = all.filter(([file]) => fs.existsSync(path.join(ROOT, file)));
  const sorted = there.sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  fs.writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}

module.exports = { keepTimings, secondsByFile };
