/** The page's style: one column on a phone, light or dark as the reader's machine is set, always light on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; }
body {
  --text: #1c2128; --muted: #667080; --grid: #e4e7ec; --paper: #ffffff; --panel: #f6f7f9;
  --line: #2962cc; --other: #9a6700; --gain: #1a7f4b; --loss: #c4342d;
  margin: 0; background: var(--paper); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  body {
    --text: #e4e7ec; --muted: #98a2b3; --grid: #2c323c; --paper: #14171c; --panel: #1c2027;
    --line: #79a8ff; --other: #e0b04a; --gain: #4cc38a; --loss: #ff7b72;
  }
}
main { max-width: 960px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 22px; line-height: 1.25; margin: 0; }
h2 { font-size: 15px; margin: 34px 0 8px; }
header p, .note { color: var(--muted); margin: 4px 0 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(148px, 1fr)); gap: 8px; margin-top: 22px; }
.figures div { background: var(--panel); border-radius: 8px; padding: 9px 12px; }
dt { color: var(--muted); font-size: 12px; }
dd { margin: 0; font-size: 17px; font-variant-numeric: tabular-nums; }
figure { margin: 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: 12px; }
.narrow { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13px; }
th { color: var(--muted); font-weight: 500; text-align: right; padding: 4px 8px; white-space: nowrap; }
td { text-align: right; padding: 4px 8px; border-top: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
.months td { border: 1px solid var(--paper); padding: 4px 5px; font-size: 12px; }
.months th { padding: 4px 5px; }
.up { background: color-mix(in srgb, var(--gain) calc(var(--part) * 1%), transparent); }
.down { background: color-mix(in srgb, var(--loss) calc(var(--part) * 1%), transparent); }
.gain { color: var(--gain); }
.loss { color: var(--loss); }
@media (max-width: 640px) {
  main { padding: 18px 12px 40px; }
  .wide { display: none; }
  .narrow { display: block; }
  .figures { grid-template-columns: repeat(2, 1fr); }
}
@media print {
  body {
    --text: #000000; --muted: #555555; --grid: #dddddd; --paper: #ffffff; --panel: #f4f4f4;
    --line: #2962cc; --other: #9a6700; --gain: #1a7f4b; --loss: #c4342d;
    print-color-adjust: exact;
  }
  main { max-width: none; padding: 0; }
  figure, .figures div, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}`;
