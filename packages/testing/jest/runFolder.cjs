/**
 * The folder of one jest run: every server that a test starts has its data in there, so whatever happens to the tests, the
 * end of the run (or the beginning of the next one, after a kill -9) finds and ends them all.
 *
 * Plain JavaScript: jest loads its global set-up outside the transform and the export conditions that tests have.
 */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { setTimeout: delay } = require('node:timers/promises');

const PREFIX = 'trading-test-';
const OWNER = 'owner.json';

/** Makes the folder. Others may pass through it: as root, servers run under an account of their own. */
function createRunFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), PREFIX));
  fs.chmodSync(folder, 0o711);
  fs.writeFileSync(
    path.join(folder, OWNER),
    JSON.stringify({ pid: process.pid, startedAt: startTime(process.pid) }),
  );
  return folder;
}

/** Ends the servers in the folder and removes it. */
async function removeRunFolder(folder) {
  const pids = serversIn(folder);
  for (const pid of pids) signal(pid, 'SIGKILL');
  const deadline = Date.now() + 10_000;
  while (serversIn(folder).length > 0 && Date.now() < deadline) await delay(20);
  const remove = (file) => fs.rmSync(file, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  // The owner's note last: without it nobody could tell that the rest, if some of it stays, is abandoned.
  for (const name of fs.readdirSync(folder).filter((name) => name !== OWNER)) remove(path.join(folder, name));
  remove(folder);
}

/** Removes the folders of runs whose process is gone. */
async function removeAbandonedRunFolders() {
  for (const name of fs.readdirSync(os.tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = path.join(os.tmpdir(), name);
    try {
      const owner = JSON.parse(fs.readFileSync(path.join(folder, OWNER), 'utf8'));
      if (startTime(owner.pid) === owner.startedAt && owner.startedAt !== undefined) continue;
      await removeRunFolder(folder);
    } catch (error) {
      // Somebody else's, or just being made or removed by another run.
      if (!['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR'].includes(error.code) && !(error instanceof SyntaxError))
        throw error;
    }
  }
}

/** The living servers that keep their data in the folder; a process id alone is not believed. */
function serversIn(folder) {
  const found = [];
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  // Servers of a test lie in a folder of their own; those of `trading up` in the `.trading` of a test's own checkout.
  const places = names.flatMap((name) => [path.join(folder, name), path.join(folder, name, '.trading')]);
  for (const place of places) {
    for (const data of [path.join(place, 'data'), path.join(place, 'postgres', 'data')]) {
      const postmaster = firstNumber(path.join(data, 'postmaster.pid'));
      if (postmaster !== undefined && commandOf(postmaster).includes(data)) found.push(postmaster);
    }
    for (const file of [path.join(place, 'redis.pid'), path.join(place, 'redis', 'redis.pid')]) {
      const redis = firstNumber(file);
      if (redis !== undefined && /redis-server|valkey-server/.test(commandOf(redis))) found.push(redis);
    }
    for (const file of [path.join(place, 'server.json'), path.join(place, 'prefect', 'server.json')]) {
      const prefect = prefectIn(file);
      if (prefect !== undefined && commandOf(prefect).includes('prefect')) found.push(prefect);
    }
  }
  return found;
}

/** The process id in the record that a Prefect server of a test leaves. */
function prefectIn(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).pid : undefined;
}

function firstNumber(file) {
  if (!fs.existsSync(file)) return undefined;
  const number = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
  return Number.isInteger(number) && number > 1 ? number : undefined;
}

function commandOf(pid) {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout?.toString() ?? '';
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // gone
  }
}

function startTime(pid) {
  if (process.platform !== 'linux')
    return (
      spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)])
        .stdout?.toString()
        .trim() || undefined
    );
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie runs no more; its parent has just not asked for its end yet.
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined; // gone
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

module.exports = { createRunFolder, removeAbandonedRunFolders, removeRunFolder };
