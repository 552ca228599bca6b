import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { TradingError } from '../errors';
import { ERROR_CODES } from './catalogue';
import { errorsDocument } from './document';

const ROOT = join(__dirname, '../../../..');

describe('the catalogue of error codes', () => {
  it('is what docs/errors.md says', () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsDocument());
  });

  it('has every code in the document', () => {
    const document = errorsDocument();
    expect(Object.keys(ERROR_CODES).filter((code) => !document.includes(`| \`${code}\` |`))).toEqual([]);
  });

  it('has no code that nothing throws', () => {
    const sources = readdirSync(join(ROOT, 'packages'))
      .map((name) => join(ROOT, 'packages', name, 'src'))
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
      )
      .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|\/generated\/|\/errorCodes\//.test(path))
      .map((path) => readFileSync(path, 'utf8'));
    sources.push(readFileSync(join(ROOT, 'benchmarks/src/main.ts'), 'utf8'));
    const text = sources.join('\n');
    expect(Object.keys(ERROR_CODES).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  it('refuses an unknown code when it is compiled, unless it is declared', () => {
    // @ts-expect-error there is no such code
    expect(new TradingError('MODEL.NO_SUCH_CODE', 'a mistake').code).toBe('MODEL.NO_SUCH_CODE');
    expect(new TradingError<'MINE.DOWN'>('MINE.DOWN', 'of a package of my own').code).toBe('MINE.DOWN');
  });
});
