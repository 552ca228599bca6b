import type { FileMapping } from './mapping';

/** A form of files that is known by name: a mapping, which series it is of, and how such a file is recognised. */
export interface FilePreset {
  readonly name: string;
  readonly mapping: Omit<FileMapping, 'timeFormat'> & Partial<Pick<FileMapping, 'timeFormat'>>;
  /** The names of the header that only files of the form have, all of them, in their order where they are all there is. */
  readonly header?: readonly string[];
  /** Of a form without a header: how many fields a line has. */
  readonly fields?: number;
  /**
   * The series without its timeframe, and so how its prices are adjusted: `polygon_raw` as traded, `stooq` for splits,
   * `yahoo_adjusted` for splits and dividends. None where the form does not tell: then the user is asked.
   */
  readonly source?: string;
  /** Said with it: what is known of the form's prices. */
  readonly adjustment: string;
}

const OHLCV = { open: 'Open', high: 'High', low: 'Low', close: 'Close', volume: 'Volume' } as const;

/** The forms that are built in; what users add comes before them. */
export const PRESETS: readonly FilePreset[] = [
  {
    name: 'polygon-flatfile',
    header: ['ticker', 'volume', 'open', 'close', 'high', 'low', 'window_start', 'transactions'],
    mapping: {
      ...{ timestamp: 'window_start', timeFormat: 'epoch_ns', symbol: 'ticker', round: true },
      ...{ open: 'open', high: 'high', low: 'low', close: 'close', volume: 'volume' },
    },
    source: 'polygon_raw',
    adjustment: 'flat files are as traded, not adjusted for splits',
  },
  {
    name: 'yfinance',
    header: ['Price', 'Close', 'High', 'Low', 'Open', 'Volume'],
    mapping: { ...OHLCV, timestamp: 'Price', headerLines: 3, round: true },
    source: 'yahoo_adjusted',
    adjustment: "yfinance's default is adjusted for splits and dividends",
  },
  {
    name: 'yahoo',
    header: ['Date', 'Open', 'High', 'Low', 'Close', 'Adj Close', 'Volume'],
    mapping: { ...OHLCV, timestamp: 'Date', adjustedClose: 'Adj Close', round: true },
    source: 'yahoo',
    adjustment: 'quotes are adjusted for splits, and for dividends in the series of the adjusted close',
  },
  {
    name: 'alpaca',
    header: ['symbol', 'timestamp', 'open', 'high', 'low', 'close', 'volume', 'trade_count', 'vwap'],
    mapping: {
      ...{ timestamp: 'timestamp', symbol: 'symbol', round: true },
      ...{ open: 'open', high: 'high', low: 'low', close: 'close', volume: 'volume' },
    },
    adjustment: 'Alpaca gives bars as traded, or adjusted as the request said',
  },
  {
    name: 'stooq',
    header: [
      '<TICKER>',
      '<PER>',
      '<DATE>',
      '<TIME>',
      '<OPEN>',
      '<HIGH>',
      '<LOW>',
      '<CLOSE>',
      '<VOL>',
      '<OPENINT>',
    ],
    mapping: {
      ...{ timestamp: '<DATE>', time: '<TIME>', symbol: '<TICKER>', symbolSuffix: '.US', round: true },
      ...{ open: '<OPEN>', high: '<HIGH>', low: '<LOW>', close: '<CLOSE>', volume: '<VOL>' },
    },
    source: 'stooq',
    adjustment: "stooq's files are taken as adjusted for splits",
  },
  {
    name: 'nasdaq',
    header: ['Date', 'Close/Last', 'Volume', 'Open', 'High', 'Low'],
    mapping: { ...OHLCV, timestamp: 'Date', close: 'Close/Last', timeFormat: '%m/%d/%Y', round: true },
    source: 'nasdaq',
    adjustment: "Nasdaq's downloads are adjusted for splits",
  },
  {
    name: 'investing',
    header: ['Date', 'Price', 'Open', 'High', 'Low', 'Vol.', 'Change %'],
    mapping: { ...OHLCV, timestamp: 'Date', close: 'Price', volume: 'Vol.', volumeUnits: true, round: true },
    source: 'investing',
    adjustment: "Investing.com's downloads are adjusted for splits",
  },
  {
    name: 'binance',
    fields: 12,
    mapping: {
      ...{ timestamp: 1, open: 2, high: 3, low: 4, close: 5, volume: 6, headerLines: 0, round: true },
    },
    source: 'binance',
    adjustment: 'coins have no splits; volume is in units of the coin, and what is less than one is rounded',
  },
  {
    name: 'kibot',
    fields: 7,
    mapping: {
      ...{
        timestamp: 1,
        time: 2,
        open: 3,
        high: 4,
        low: 5,
        close: 6,
        volume: 7,
        headerLines: 0,
        round: true,
      },
      ...{ timeFormat: '%m/%d/%Y %H:%M', timezone: 'America/New_York' },
    },
    source: 'kibot_adjusted',
    adjustment: "Kibot's default is adjusted for splits and dividends",
  },
  {
    name: 'kaggle',
    header: ['date', 'open', 'high', 'low', 'close', 'volume', 'Name'],
    mapping: {
      ...{ timestamp: 'date', symbol: 'Name', round: true },
      ...{ open: 'open', high: 'high', low: 'low', close: 'close', volume: 'volume' },
    },
    adjustment: 'the form does not tell how its prices are adjusted',
  },
];
