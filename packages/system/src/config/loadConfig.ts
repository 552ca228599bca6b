import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isTradingError, TradingError } from '@trading/model';
import { CONFIG_FIELDS, type ConfigSource, type TradingConfig } from './config';

/** The packages that a config imports are this program's own, wherever the config lies. */
const PACKAGES = [
  'analytics',
  'database',
  'event-bus',
  'execution',
  'ingestion',
  'logging',
  'model',
  'notification',
  'risk',
  'strategy',
];

/**
 * Loads a config, TypeScript or JavaScript.
 *
 * @throws TradingError `CONFIG.NOT_FOUND`, `CONFIG.INVALID` naming the file, the line and the field
 */
export async function loadConfig(path: string): Promise<ConfigSource> {
  if (!existsSync(path)) {
    throw new TradingError('CONFIG.NOT_FOUND', `there is no config ${path}`, {
      details: { field: 'config', value: path },
    });
  }
  const loaded = await evaluate(path);
  return { origin: path, config: checked(path, loaded) };
}

async function evaluate(path: string): Promise<unknown> {
  // Only those who have a config need the loader.
  const { createJiti } = await import('jiti');
  const { resolve: find } = createRequire(__filename);
  const own = PACKAGES.map((name) => [`@trading/${name}`, find(`@trading/${name}`)]);
  const jiti = createJiti(path, {
    // Beside the packages, or nowhere: a config may lie in a folder that nobody may write to.
    fsCache: false,
    alias: {
      ...Object.fromEntries(own),
      '@trading/system': join(__dirname, '../index.js'),
      zod: find('zod'),
    },
  });
  try {
    return await jiti.import(path, { default: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const line = lineOfError(error, path);
    throw new TradingError(
      'CONFIG.INVALID',
      // A syntax error names its place itself.
      why.includes(path) ? oneLine(why) : `${path}${line === undefined ? '' : `:${line}`}: ${oneLine(why)}`,
      {
        cause: error,
        details: { path, line: line ?? null, ...(isTradingError(error) ? { code: error.code } : {}) },
      },
    );
  }
}

/** The line of the config that an error went through; of a file that it imports, that file's is in the message. */
function lineOfError(error: unknown, path: string): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = stack.split('\n').find((line) => line.includes(`${path}:`));
  const line = place?.split(`${path}:`)[1]?.split(':')[0];
  return line === undefined ? undefined : Number(line);
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

function checked(path: string, loaded: unknown): TradingConfig {
  const invalid = (field: string, why: string) => {
    const line = lineOfField(path, field);
    return new TradingError(
      'CONFIG.INVALID',
      `${path}${line === undefined ? '' : `:${line}`}: ${field}: ${why}`,
      { details: { path, line: line ?? null, field } },
    );
  };
  if (typeof loaded !== 'object' || loaded === null)
    throw invalid('default', 'the file must export a config: export default defineConfig({ ... })');
  const config = loaded as Record<string, unknown>;
  for (const field of Object.keys(config)) {
    if (!CONFIG_FIELDS.some((known) => known === field))
      throw invalid(field, `there is no such field; there are ${CONFIG_FIELDS.join(', ')}`);
  }
  for (const [field, parts, example] of LISTS) {
    const items = config[field];
    if (items === undefined) continue;
    if (!Array.isArray(items)) throw invalid(field, 'it must be a list');
    items.forEach((item: unknown, index) => {
      if (!has(item, parts)) throw invalid(field, `entry ${index + 1} is not one: ${example}`);
    });
  }
  for (const [field, parts, example] of RECORDS) {
    const items = config[field];
    if (items === undefined) continue;
    if (typeof items !== 'object' || items === null || Array.isArray(items))
      throw invalid(field, 'it must be an object, each entry under its name');
    for (const [name, item] of Object.entries(items))
      if (!has(item, parts)) throw invalid(name, `${field}.${name} is not one: ${example}`);
  }
  return config as TradingConfig;
}

type Parts = Readonly<Record<string, string>>;
const LISTS: readonly (readonly [field: string, parts: Parts, example: string])[] = [
  ['strategies', { kind: 'string', prepare: 'function' }, 'a strategy is made by defineStrategy({ ... })'],
  ['presets', { name: 'string', mapping: 'object' }, 'a preset has a name and a mapping'],
];
const RECORDS: typeof LISTS = [
  ['channels', { send: 'function' }, 'a channel has a function send(notification, signal)'],
  [
    'events',
    { version: 'number', publishers: 'object', data: 'object' },
    'it is made by defineEvent({ ... })',
  ],
];

function has(item: unknown, parts: Parts): boolean {
  if (typeof item !== 'object' || item === null) return false;
  return Object.entries(parts).every(
    ([part, type]) => typeof (item as Record<string, unknown>)[part] === type,
  );
}

/** The first line of a config that names a field. */
function lineOfField(path: string, field: string): number | undefined {
  const lines = readFileSync(path, 'utf8').split('\n');
  const index = lines.findIndex((line) => {
    const at = line.indexOf(field);
    if (at === -1) return false;
    const next = line
      .slice(at + field.length)
      .replace(/^['"]/, '')
      .trimStart();
    return next === '' || [':', ',', '}', '('].some((sign) => next.startsWith(sign)) || field === 'default';
  });
  return index === -1 ? undefined : index + 1;
}
