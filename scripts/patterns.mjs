// Holds every regular expression of the program to one that takes no more than a bounded number of ways through any
// text: what is read may come from a file, a provider, a broker or a log, and one that goes back into what it has read
// can keep a process busy for hours. Tests are left out, for their texts are their own.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { isSafePattern } from 'redos-detector';

const SOURCES = ['packages/*/src/**', 'benchmarks/src/**', 'scripts/*.mjs', '.ci/*.mjs', '*.config.*'];
const CODE = /\.[cm]?[jt]s$/;
const TEST = /\.test\.ts$/;

const { stdout } = spawnSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...SOURCES],
  {
    encoding: 'utf8',
  },
);
const verdicts = new Map();
let found = 0;
let unsafe = 0;
for (const file of stdout.split('\n').filter((name) => CODE.test(name) && !TEST.test(name))) {
  const text = readFileSync(file, 'utf8');
  for (const { pattern, flags, built } of patternsOf(text)) {
    found += 1;
    const why = built ? built : verdictOf(pattern, flags);
    if (why === undefined) continue;
    unsafe += 1;
    console.error(`${file}: /${pattern}/${flags} ${why}`);
  }
}
if (found === 0) {
  console.error('no regular expression was found: the check itself is broken');
  process.exitCode = 1;
}
if (unsafe > 0) {
  console.error(
    `${unsafe} of ${found} regular expressions are unsafe. Bound what repeats ({1,64} for +), begin with ^, or go through the text by hand.`,
  );
  process.exitCode = 1;
}

/** Every literal, and every one that is made of texts: the latter can't be judged. */
function patternsOf(text) {
  const patterns = [];
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    if (node.type === 'RegExpLiteral') patterns.push({ pattern: node.pattern, flags: node.flags });
    const isMade =
      (node.type === 'NewExpression' || node.type === 'CallExpression') && node.callee?.value === 'RegExp';
    if (isMade)
      patterns.push({ pattern: '...', flags: '', built: 'is built at run time, which can not be judged' });
    for (const value of Object.values(node)) visit(value);
  };
  visit(parseSync(text, { syntax: 'typescript', target: 'es2022' }));
  return patterns;
}

/** Why a pattern is unsafe; undefined for one that is safe. */
function verdictOf(pattern, flags) {
  const key = `/${pattern}/${flags}`;
  if (!verdicts.has(key)) {
    const { safe, error } = isSafePattern(pattern, {
      caseInsensitive: flags.includes('i'),
      dotAll: flags.includes('s'),
      multiLine: flags.includes('m'),
      unicode: flags.includes('u'),
      timeout: 60_000,
    });
    verdicts.set(key, safe ? undefined : `may go back into what it has read without bound (${error})`);
  }
  return verdicts.get(key);
}
