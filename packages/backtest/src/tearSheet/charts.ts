import type { CurvePoint } from '@trading/analytics';
import type { EChartsOption, LineSeriesOption } from 'echarts';
import { INK } from './renderChart';

const AXIS_TEXT = { color: INK.muted, fontSize: 11 };
const DAY_AXIS = {
  type: 'time' as const,
  axisLabel: { ...AXIS_TEXT, hideOverlap: true },
  axisLine: { lineStyle: { color: INK.grid } },
  axisTick: { show: false },
  splitLine: { show: false },
};
const GRID = {
  left: 8,
  right: 16,
  top: 34,
  bottom: 8,
  outerBoundsMode: 'same' as const,
  outerBoundsContain: 'axisLabel' as const,
};

/** A curve or several over time. @param percent  whether values are fractions */
export function lineChart(
  series: readonly {
    readonly name: string;
    readonly points: readonly CurvePoint[];
    readonly color: string;
  }[],
  options: { readonly percent?: boolean; readonly filled?: boolean; readonly zero?: boolean } = {},
): EChartsOption {
  return {
    grid: { ...GRID, top: series.length > 1 ? 34 : 12 },
    legend: { show: series.length > 1, top: 0, left: 0, icon: 'rect', itemHeight: 3, textStyle: AXIS_TEXT },
    xAxis: DAY_AXIS,
    yAxis: valueAxis(options.percent === true),
    series: series.map(
      ({ name, points, color }): LineSeriesOption => ({
        name,
        type: 'line',
        showSymbol: false,
        sampling: 'lttb',
        data: points.map(({ date, value }) => [Date.parse(date), value]),
        lineStyle: { color, width: 1.5 },
        itemStyle: { color },
        ...(options.filled === true ? { areaStyle: { color, opacity: 0.18 } } : {}),
        ...(options.zero === true ? { markLine: zeroLine } : {}),
      }),
    ),
  };
}

const zeroLine = {
  silent: true,
  symbol: 'none',
  label: { show: false },
  lineStyle: { color: INK.muted, type: 'dashed' as const },
  data: [{ yAxis: 0 }],
};

/** How often daily returns fall into each of some thirty equal classes. */
export function distributionChart(returns: Float64Array): EChartsOption {
  const classes = histogram(returns, 30);
  return {
    grid: { ...GRID, top: 12 },
    xAxis: {
      type: 'category',
      data: classes.map(({ middle }) => `${(middle * 100).toFixed(1)} %`),
      axisLabel: { ...AXIS_TEXT, hideOverlap: true },
      axisLine: { lineStyle: { color: INK.grid } },
      axisTick: { show: false },
    },
    yAxis: valueAxis(false),
    series: [
      {
        type: 'bar',
        barCategoryGap: '8%',
        data: classes.map(({ middle, count }) => ({
          value: count,
          itemStyle: { color: middle < 0 ? INK.loss : INK.gain },
        })),
      },
    ],
  };
}

/** Closes of a symbol with what was bought and sold. */
export function tradesChart(
  closes: readonly CurvePoint[],
  fills: readonly { readonly date: string; readonly side: 'buy' | 'sell'; readonly price: number }[],
): EChartsOption {
  const marks = (side: 'buy' | 'sell') => ({
    name: side === 'buy' ? 'bought' : 'sold',
    type: 'scatter' as const,
    symbol: 'triangle',
    symbolSize: 9,
    symbolRotate: side === 'buy' ? 0 : 180,
    itemStyle: { color: side === 'buy' ? INK.gain : INK.loss },
    data: fills.filter((fill) => fill.side === side).map(({ date, price }) => [Date.parse(date), price]),
    z: 3,
  });
  const chart = lineChart([{ name: 'close', points: closes, color: INK.line }]);
  return {
    ...chart,
    grid: GRID,
    legend: { top: 0, left: 0, itemHeight: 9, textStyle: AXIS_TEXT },
    series: [...(chart.series as LineSeriesOption[]), marks('buy'), marks('sell')],
  };
}

function valueAxis(percent: boolean) {
  return {
    type: 'value' as const,
    scale: true,
    axisLabel: {
      ...AXIS_TEXT,
      formatter: (value: number) =>
        percent ? `${Number((value * 100).toFixed(2))} %` : value.toLocaleString('en-US'),
    },
    splitLine: { lineStyle: { color: INK.grid } },
  };
}

function histogram(values: Float64Array, count: number): { middle: number; count: number }[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // Classes meet at 0, so that no bar is both a gain and a loss.
  const width = (most - least) / count || 0.001;
  const first = Math.floor(least / width);
  const last = Math.max(first, Math.ceil(most / width) - 1);
  const classes = Array.from({ length: last - first + 1 }, (_, at) => ({
    middle: (first + at + 0.5) * width,
    count: 0,
  }));
  for (const value of values) {
    const found = classes[Math.min(Math.floor(value / width), last) - first];
    if (found !== undefined) found.count += 1;
  }
  return classes;
}
