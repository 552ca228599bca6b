/** Line icons of 18 px, drawn here: nothing is loaded from elsewhere. */
const PATHS = {
  overview: 'M3 10.5 9 4l6 6.5M5 9v6h8V9',
  orders: 'M4 5h10M4 9h10M4 13h6',
  positions: 'M4 15V8M9 15V3M14 15v-5',
  strategies: 'M3 13l4-5 3 3 5-7M15 4v3M15 4h-3',
  market: 'M5 3v12M5 6h-2v5h4V6zM13 3v12M11 8h4v4h-4z',
  events: 'M9 3v3M9 12v3M4 6h10v6H4zM7 9h4',
  risk: 'M9 2.5l5.5 2v4.2c0 3.2-2.2 5.6-5.5 6.8-3.3-1.2-5.5-3.6-5.5-6.8V4.5z',
  backtest: 'M9 4v5l3 2M9 15.5a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13z',
  system: 'M3 4h12v4H3zM3 10h12v4H3zM6 6h0M6 12h0',
  more: 'M4 9h0M9 9h0M14 9h0',
  stop: 'M6 2.5h6l3.5 3.5v6L12 15.5H6L2.5 12V6z',
  light:
    'M9 6a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9 1.5v1.5M9 15v1.5M1.5 9H3M15 9h1.5M3.7 3.7l1 1M13.3 13.3l1 1M3.7 14.3l1-1M13.3 4.7l1-1',
  dark: 'M14.5 10.5A6 6 0 0 1 7.5 3.5a6 6 0 1 0 7 7z',
  system_theme: 'M3 4h12v8H3zM7 15h4M9 12v3',
  out: 'M7 3H4v12h3M8 9h7M12 6l3 3-3 3',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside a word; it says nothing of its own. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      stroke-width={name === 'more' ? 2.6 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
