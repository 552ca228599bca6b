import { randomInt } from 'node:crypto';
import pc from 'picocolors';

// The program's own styles carry a mark that nobody outside of it can know, and keep the form of a terminal's sequence,
// so that tables measure them as nothing. Whatever else looks like one came from a file, a provider or a database.
const MARK = `${randomInt(1_000, 10_000)};${randomInt(1_000, 10_000)}`;
const OWN_STYLE = `\x1b[${MARK};`;

/** Styles for text that people read; without effect where the terminal has no colours. */
export const style = {
  bold: styled(1, 22),
  dim: styled(2, 22),
  red: styled(31, 39),
  green: styled(32, 39),
  yellow: styled(33, 39),
};

function styled(open: number, close: number): (text: string) => string {
  return (text) => (pc.isColorSupported ? `${OWN_STYLE}${open}m${text}${OWN_STYLE}${close}m` : text);
}

/**
 * A text as a terminal may have it: only the program's own styles reach it as they are. Other control characters, and
 * those that turn the direction of writing, are shown by their code: in the hands of whoever wrote a file they could
 * clear the screen, set its title, answer in the user's name, or show another text than there is.
 */
export function forTerminal(text: string): string {
  const [first = '', ...rest] = text.split(OWN_STYLE);
  return [
    visible(first),
    ...rest.map((part) => {
      const end = part.indexOf('m');
      return `\x1b[${part.slice(0, end)}m${visible(part.slice(end + 1))}`;
    }),
  ].join('');
}

function visible(text: string): string {
  return text.replace(/[\p{Control}\p{Bidi_Control}\u2028\u2029]/gu, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** The same for JSON, where what is within texts is escaped already, except what only a terminal understands. */
export function jsonForTerminal(json: string): string {
  return json.replace(/[\x7f-\x9f\p{Bidi_Control}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
