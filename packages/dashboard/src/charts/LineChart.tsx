import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type DecimalText, drawn, money, NONE, shortMoney } from '../format/decimal';
import { seenTheme } from '../navigation/theme';
import { type Colours, coloursOf } from './colours';

/** One line: values by date, the same dates for all lines of a chart. */
export interface Line {
  readonly name: string;
  readonly values: readonly (DecimalText | null)[];
}

/** Lines of money over trading dates; the legend tells what the pointer is at, to the cent. */
export function LineChart({
  dates,
  lines,
  label,
  height = 260,
}: {
  readonly dates: readonly string[];
  readonly lines: readonly Line[];
  /** What it shows, for screen readers. */
  readonly label: string;
  readonly height?: number;
}) {
  const element = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLElement>(null);
  const shown = seenTheme.value;
  useEffect(() => {
    if (element.current === null || legend.current === null) return;
    return draw(element.current, legend.current, dates, lines, height);
  }, [dates, lines, height, shown]);
  return (
    <figure class="chart" aria-label={label}>
      <figcaption class="legend" ref={legend} />
      <div ref={element} style={{ height: `${height}px` }} />
    </figure>
  );
}

function draw(
  element: HTMLElement,
  legend: HTMLElement,
  dates: readonly string[],
  lines: readonly Line[],
  height: number,
): () => void {
  const colours = coloursOf(element);
  const family = getComputedStyle(element).fontFamily;
  const strokes = [colours.accent, colours.second, colours.gain, colours.muted];
  const tell = (index: number) => {
    const parts = lines.map(({ name, values }) => `${name} ${money(values[index])}`);
    legend.textContent = [dates[index] ?? NONE, ...parts].join('   ');
  };
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
      scales: { x: { time: true } },
      axes: [
        axis(colours, family, false),
        {
          ...axis(colours, family, true),
          size: 62,
          values: (_, ticks) => ticks.map((tick) => shortMoney(String(tick))),
        },
      ],
      series: [
        {},
        ...lines.map(({ name }, i) => ({
          label: name,
          stroke: strokes[i % strokes.length] ?? colours.accent,
          width: 1.6,
          points: { show: false },
          ...(lines.length === 1 ? { fill: faded(colours.accent) } : {}),
        })),
      ],
      hooks: { setCursor: [({ cursor }) => tell(cursor.idx ?? dates.length - 1)] },
    },
    [
      dates.map((date) => Date.parse(`${date}T00:00:00Z`) / 1000),
      ...lines.map(({ values }) => values.map((value) => (value === null ? null : drawn(value)))),
    ],
    element,
  );
  tell(dates.length - 1);
  const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
  resize.observe(element);
  return () => {
    resize.disconnect();
    plot.destroy();
  };
}

function axis(colours: Colours, family: string, grid: boolean): uPlot.Axis {
  return {
    stroke: colours.muted,
    font: `12px ${family}`,
    grid: { show: grid, stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
}

/** The same colour, hardly seen. */
function faded(colour: string): string {
  return `color-mix(in srgb, ${colour} 9%, transparent)`;
}
