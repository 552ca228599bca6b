/** The tokens that charts draw with, as a canvas can read them. */
export interface Colours {
  readonly surface: string;
  readonly line: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  readonly gain: string;
  readonly loss: string;
  readonly second: string;
}

/** Reads the tokens as they are now: a canvas knows no custom properties. */
export function coloursOf(element: HTMLElement): Colours {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const read = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    surface: read('--surface'),
    line: read('--line'),
    text: read('--text'),
    muted: read('--muted'),
    accent: read('--accent'),
    gain: read('--gain'),
    loss: read('--loss'),
    second: read('--series-2'),
  };
  probe.remove();
  return colours;
}
