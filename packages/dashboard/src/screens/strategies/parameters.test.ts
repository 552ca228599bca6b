import { describe, expect, it } from '@jest/globals';
import { changesOf, parametersOf } from './parameters';

describe('parameters of a strategy', () => {
  it('are read whatever else there is, and empty where they are missing', () => {
    expect(
      parametersOf({ parameters: { kind: 'x', symbols: ['AAPL'], signalSource: 'yahoo', fast: 20 } }),
    ).toEqual({
      kind: 'x',
      symbols: ['AAPL'],
      signalSource: 'yahoo',
      tradingSource: undefined,
    });
    expect(parametersOf({ parameters: null }).symbols).toEqual([]);
  });

  it('differ between versions by what was added, taken away and changed', () => {
    const before = { fast: 20, symbols: ['AAPL'], stop: '0.1' };
    const after = { fast: 30, symbols: ['AAPL'], allocation: '0.3' };
    expect(changesOf(before, after)).toEqual([
      { name: 'allocation', before: '', after: '0.3' },
      { name: 'fast', before: '20', after: '30' },
      { name: 'stop', before: '0.1', after: '' },
    ]);
  });
});
