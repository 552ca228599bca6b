// Both commands of the README: the everyday tests and the long ones.
// They start, kill and cut off real servers, on a machine that may be busy with something else. So a file that fails is run
// once more, alone, and told as FLAKY: something to mend. More than two such files, or one that fails again, is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const MOST_FLAKY_FILES = 2;
const RUNS = [
  { title: 'tests (npm test)', command: 'test' },
  { title: 'long tests (npm run test:long)', command: 'test:long' },
];

const reports = mkdtempSync(join(tmpdir(), 'trading-ci-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));
const results = [];
const flaky = [];
let green = true;
for (const { title, command } of RUNS) {
  console.log(`\n== ${title}`);
  const began = performance.now();
  const first = test(command, []);
  const slowest = first.files.toSorted((one, other) => other.seconds - one.seconds).slice(0, 5);
  console.log(`${title}: ${((performance.now() - began) / 1000).toFixed(0)} s; the slowest files:`);
  for (const { name, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  const failed = first.files.filter(({ failures }) => failures > 0).map(({ name }) => name);
  if (failed.length === 0 || flaky.length + failed.length > MOST_FLAKY_FILES) {
    green &&= first.code === 0;
    results.push(...first.files);
    continue;
  }
  console.log(`\n== once more, alone: ${failed.join(', ')}`);
  const second = test(command, ['--runTestsByPath', ...failed]);
  green &&= second.code === 0;
  results.push(...first.files.filter(({ name }) => !failed.includes(name)), ...second.files);
  flaky.push(...second.files);
}
for (const { name, failures } of flaky) {
  console.log(failures > 0 ? `FAILED TWICE: ${name}` : `FLAKY: ${name} failed, then passed alone`);
}
const sum = (of) => results.reduce((total, file) => total + of(file), 0);
console.log(
  `${sum(({ passed }) => passed)} passed, ${sum(({ failures }) => failures)} failed, ${sum(({ skipped }) => skipped)} skipped`,
);
process.exitCode = green ? 0 : 1;

/** One `npm run <command>`: what it prints is on the screen, what became of each file comes back. */
function test(command, args) {
  const report = join(reports, `${Date.now()}.json`);
  const jestArgs = [...args, '--ci', '--json', `--outputFile=${report}`];
  const { status } = spawnSync('npm', ['run', command, '--', ...jestArgs], { stdio: 'inherit' });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const files = testResults.map(({ name, status: outcome, assertionResults, startTime, endTime }) => {
    const count = (...outcomes) => assertionResults.filter((each) => outcomes.includes(each.status)).length;
    return {
      name: relative(process.cwd(), name),
      seconds: (endTime - startTime) / 1000,
      passed: count('passed'),
      // A file that could not be run at all is a failure too.
      failures: outcome === 'failed' ? Math.max(1, count('failed')) : 0,
      skipped: count('pending', 'skipped', 'todo', 'disabled'),
    };
  });
  return { code: status ?? 1, files };
}
