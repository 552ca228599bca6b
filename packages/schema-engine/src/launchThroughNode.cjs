// @ts-check
const childProcess = require('node:child_process');
const { accessSync, constants } = require('node:fs');

/**
 * Whether the operating system starts a script by its path: not on Windows, and not where the mode was
 * lost on the way (an archive, a file system without modes).
 *
 * @param {string} path
 * @param {NodeJS.Platform} platform
 */
function startsByItself(path, platform) {
  if (platform === 'win32') return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Has this process start the script with the Node that it runs on itself. Prisma's CLI starts its
 * engine by path and leaves no room for an interpreter, hence the interception.
 *
 * @param {string} path
 */
function launchThroughNode(path) {
  const { spawn } = childProcess;
  Object.assign(childProcess, {
    spawn: (
      /** @type {string} */ command,
      /** @type {string[]} */ parameters,
      /** @type {import('node:child_process').SpawnOptions} */ options,
    ) =>
      command === path
        ? spawn(process.execPath, [path, ...parameters], options)
        : spawn(command, parameters, options),
  });
}

module.exports = { startsByItself, launchThroughNode };
