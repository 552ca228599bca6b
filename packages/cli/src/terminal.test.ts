import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TradingError } from '@trading/model';
import { createOutput, textTable } from './output';
import { forTerminal, style } from './terminal';

const HOSTILE = 'red\x1b[35m title\x1b]0;gone\x07 clear\x1b[2J c1\x9b8m turn\u202edrow back\rover del\x7f';

describe('what reaches a terminal', () => {
  const written = () => {
    let all = '';
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => {
        all += String(text);
        return true;
      });
    return () => all;
  };
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([true, false])('has no control character of a foreign text (json: %p)', (json) => {
    const read = written();
    const output = createOutput({ json, debug: true });
    output.result({ [HOSTILE]: HOSTILE }, () => textTable([HOSTILE], [[HOSTILE]]));
    output.line({ HOSTILE }, () => HOSTILE);
    output.say(HOSTILE);
    output.error(new TradingError<'FILE.BAD'>('FILE.BAD', HOSTILE, { details: { HOSTILE } }));
    output.error(new Error(HOSTILE));
    // The program's own styles are there where the terminal has colours; the foreign text asks for another one.
    const text = [1, 2, 22, 31, 32, 33, 39].reduce(
      (left, code) => left.replaceAll(`\x1b[${code}m`, ''),
      read(),
    );
    expect(text).toContain('\\u001b[35m');
    expect(text).not.toMatch(/[^\P{Control}\n]|\p{Bidi_Control}/u);
  });

  it('keeps the lines and tabs of a text, and its letters', () => {
    expect(forTerminal('a\tb\nçé 😀')).toBe('a\tb\nçé 😀');
  });

  it('has the styles of the program where there are colours', () => {
    // Without colours a style is its text: either way nothing else is left of it.
    expect(['\x1b[1mx\\u001b[1m\x1b[22m', 'x\\u001b[1m']).toContain(forTerminal(style.bold('x\x1b[1m')));
  });
});
