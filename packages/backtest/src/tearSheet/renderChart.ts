import type { EChartsOption } from 'echarts';

/** Pixels of a chart in the page. A phone gets a chart of its own: a wide one scaled down can't be read. */
export const WIDTHS = { wide: 920, narrow: 360 } as const;

/** Colours are names that the page's style gives a value to, for light, dark and paper. */
export const INK = {
  line: 'var(--line)',
  other: 'var(--other)',
  gain: 'var(--gain)',
  loss: 'var(--loss)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  text: 'var(--text)',
} as const;

/** Draws charts as SVG text, with no browser. */
export interface ChartRenderer {
  render(option: EChartsOption, size: { readonly width: number; readonly height: number }): string;
}

/** Loads ECharts, which only a tear sheet needs. */
export async function openChartRenderer(): Promise<ChartRenderer> {
  const echarts = await import('echarts');
  return {
    render: (option, { width, height }) => {
      const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
      try {
        chart.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: 'inherit' }, ...option });
        return chart.renderToSVGString();
      } finally {
        chart.dispose();
      }
    },
  };
}
