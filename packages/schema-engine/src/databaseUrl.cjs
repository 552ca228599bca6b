// @ts-check
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
function databaseUrlOf(folder, environment = process.env) {
  const given = environment.DATABASE_URL || undefined;
  const { adminUrl, ownerUrl } = readConnection(join(folder, '.trading', 'connection.json'));
  if (typeof ownerUrl === 'string' && (given === undefined || isSameLogin(given, adminUrl))) return ownerUrl;
  return given;
}

/**
 * @param {string} file
 * @returns {{ adminUrl?: unknown, ownerUrl?: unknown }}
 */
function readConnection(file) {
  try {
    const connection = JSON.parse(readFileSync(file, 'utf8'));
    return typeof connection === 'object' && connection !== null ? connection : {};
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/**
 * @param {string} url
 * @param {unknown} other
 */
function isSameLogin(url, other) {
  if (typeof other !== 'string' || !URL.canParse(url)) return false;
  const [one, two] = [new URL(url), new URL(other)];
  return one.host === two.host && one.username === two.username;
}

module.exports = { databaseUrlOf };
