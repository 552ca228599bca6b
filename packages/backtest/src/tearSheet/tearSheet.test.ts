import { describe, expect, it } from '@jest/globals';
import { Decimal } from '@trading/model';
import { renderTearSheet, type TearSheet } from './tearSheet';

const DATES = Array.from({ length: 90 }, (_, day) =>
  new Date(Date.UTC(2020, 0, 2 + day)).toISOString().slice(0, 10),
);
const curve = DATES.map((date, day) => ({ date, value: 1000 + 40 * Math.sin(day / 5) + day }));

const SHEET: TearSheet = {
  title: 'trend <script>alert(1)</script> on "A&B"',
  subtitle: 'Backtest',
  record: {
    startingEquity: 1000,
    curve,
    fills: [
      fill(DATES[3], 'buy', '10', '50'),
      fill(DATES[20], 'sell', '10', '60'),
      fill(DATES[40], 'buy', '10', '70'),
    ],
    riskFreeRate: 0,
    benchmark: { name: 'SPY', closes: curve.map(({ date, value }) => ({ date, value: value / 10 })) },
  },
  prices: [
    { symbol: 'AAPL', closes: curve },
    { symbol: 'NONE', closes: [] },
  ],
  provenance: [['Parameters', '{"fast":20}']],
};

describe('a tear sheet', () => {
  it('is one page that loads nothing, runs nothing, and shows what it is given as text', async () => {
    const html = await renderTearSheet(SHEET);
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[^\s"'<)]+/g)].map(([address]) => address);

    expect(html).not.toMatch(/<(script|link|img|iframe|object)\b|@import|url\((?!#)|\son[a-z]+=/i);
    expect(new Set(addresses)).toEqual(
      new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']),
    );
    expect(html).toContain('<h1>trend &lt;script&gt;alert(1)&lt;/script&gt; on &quot;A&amp;B&quot;</h1>');
    expect(html).toContain('{&quot;fast&quot;:20}');
  });

  it('has its figures, months, falls and round trips, and each chart for a wide and a narrow page', async () => {
    const html = await renderTearSheet(SHEET);
    const text = html
      .replace(/<svg.*?<\/svg>/gs, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');

    expect(text).toContain('Total return 5.43 %');
    expect(text).toContain('Round trips 1 ');
    expect(text).toContain('Beta to SPY 1.00');
    expect(text).toContain(`AAPL long 10 ${DATES[3]} ${DATES[20]} 50.0000 60.0000 98.00 19.60 %`);
    expect(text).toContain('Jan Feb Mar Apr');
    const charts = ['Equity', 'Drawdown', 'Sharpe ratio of the last 63', 'Daily returns', 'AAPL: trades'];
    expect(charts.filter((title) => text.includes(title))).toEqual(charts);
    expect(html.match(/<svg width="920"/g)).toHaveLength(charts.length);
    expect(html.match(/<svg width="360"/g)).toHaveLength(charts.length);
    expect(text).toContain('2 fills bought, 1 sold.');
  });

  it('says so where there is too little for a part', async () => {
    const record = { startingEquity: 1000, curve: curve.slice(0, 1), fills: [], riskFreeRate: 0 };
    const html = await renderTearSheet({ ...SHEET, record, prices: [] });

    expect(html).toContain('No round trip was closed in the period.');
    expect(html).toContain('Equity never fell below an earlier high.');
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('Infinity');
  });

  it('is the same page again', async () => {
    // The charts' style names are counted on; they are the same in a process of its own.
    const stable = (html: string) => html.replace(/zr\d+-c\w+-?\d*/g, 'zr');
    expect(stable(await renderTearSheet(SHEET))).toBe(stable(await renderTearSheet(SHEET)));
  });
});

function fill(date: string | undefined, side: 'buy' | 'sell', quantity: string, price: string) {
  return {
    date: date ?? '',
    symbol: 'AAPL',
    side,
    quantity: new Decimal(quantity),
    price: new Decimal(price),
    commission: new Decimal(1),
  };
}
