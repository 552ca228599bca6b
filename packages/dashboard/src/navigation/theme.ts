import { computed, signal } from '@preact/signals';

/** Light, dark, or as the system has it. */
export type Theme = 'light' | 'dark' | 'system';

const dark = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(dark.matches);
dark.addEventListener('change', ({ matches }) => {
  systemDark.value = matches;
});

/** What was chosen; `public/theme.js` reads the same before the page is painted. */
export const theme = signal<Theme>(stored());

/** What is seen: charts are drawn anew when it changes. */
export const seenTheme = computed<'light' | 'dark'>(() =>
  theme.value === 'system' ? (systemDark.value ? 'dark' : 'light') : theme.value,
);

/** Chooses, and keeps the choice. */
export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  const root = document.documentElement;
  if (choice === 'system') delete root.dataset.theme;
  else root.dataset.theme = choice;
  try {
    if (choice === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', choice);
  } catch {
    // Without storage the choice holds until the page is left.
  }
}

function stored(): Theme {
  const { theme: chosen } = document.documentElement.dataset;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
