import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type SeriesMarker,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Bars, Side } from '../data/answers';
import { drawn } from '../format/decimal';
import { type Colours, coloursOf } from './colours';
import { type Mark, marksOnBars } from './marksOnBars';

/** Draws candles with volume and marks. @returns takes the chart away */
export function drawPrices(element: HTMLElement, bars: Bars, marks: readonly Mark[]): () => void {
  const colours = coloursOf(element);
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colours.surface },
      textColor: colours.muted,
      fontFamily: getComputedStyle(element).fontFamily,
      // Its own style element would need a hole in the Content-Security-Policy; the caption gives the credit.
      attributionLogo: false,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colours.line } },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderVisible: false,
      timeVisible: isIntraday(bars),
      rightOffset: 3,
      tickMarkMaxCharacterLength: 5,
    },
    localization: { locale: 'en-US' },
    // The page scrolls by wheel; pinch and drag move the chart.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  });
  const times = bars.timestamp.map((text) => Math.floor(Date.parse(text) / 1000) as UTCTimestamp);
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colours.gain,
    downColor: colours.loss,
    wickUpColor: colours.gain,
    wickDownColor: colours.loss,
    borderVisible: false,
  });
  candles.setData(
    times.map((time, i) => ({
      time,
      open: drawn(bars.open[i] ?? '0'),
      high: drawn(bars.high[i] ?? '0'),
      low: drawn(bars.low[i] ?? '0'),
      close: drawn(bars.close[i] ?? '0'),
    })),
  );
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    color: colours.line,
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  volume.setData(times.map((time, i) => ({ time, value: Number(bars.volume[i] ?? 0) })));
  createSeriesMarkers(
    candles,
    marksOnBars(marks, times).map(({ time, mark }) => markerOf(time as UTCTimestamp, mark, colours)),
  );
  const last = times.length;
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, last - SHOWN_AT_FIRST), to: last + 2 });
  return () => chart.remove();
}

/** Bars in sight before anyone scrolls. */
const SHOWN_AT_FIRST = 260;

const SHAPES: Readonly<Record<Side, Pick<SeriesMarker<UTCTimestamp>, 'position' | 'shape'>>> = {
  buy: { position: 'belowBar', shape: 'arrowUp' },
  sell: { position: 'aboveBar', shape: 'arrowDown' },
};

function markerOf(time: UTCTimestamp, { side, text }: Mark, colours: Colours): SeriesMarker<UTCTimestamp> {
  return {
    time,
    ...SHAPES[side],
    color: side === 'buy' ? colours.accent : colours.second,
    text,
  } as SeriesMarker<UTCTimestamp>;
}

function isIntraday({ timestamp }: Bars): boolean {
  const [first, second] = timestamp;
  return (
    first !== undefined && second !== undefined && Date.parse(second) - Date.parse(first) < 20 * 3_600_000
  );
}
