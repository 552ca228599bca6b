import { describe, expect, it } from '@jest/globals';
import { isTradingError } from '@trading/model';
import { assertTransition, isTerminal } from './transitions';

describe('the transition table', () => {
  it('lets an order go its way', () => {
    expect(() => assertTransition('o-1', 'pending', 'submitted')).not.toThrow();
    expect(() => assertTransition('o-1', 'partially_filled', 'partially_filled')).not.toThrow();
  });

  it('refuses an illegal move with its states and what would be legal', () => {
    let thrown: unknown;
    try {
      assertTransition('o-1', 'partially_filled', 'rejected');
    } catch (error) {
      thrown = error;
    }
    expect(isTradingError(thrown, 'EXECUTION.ILLEGAL_TRANSITION')).toBe(true);
    expect(thrown).toMatchObject({
      message:
        "order o-1 is partially_filled and can't become rejected: from there it can become partially_filled, filled, cancelled",
      details: { orderId: 'o-1', from: 'partially_filled', to: 'rejected' },
    });
  });

  it('knows the final states', () => {
    expect(
      (['pending', 'submitted', 'partially_filled', 'filled', 'cancelled', 'rejected'] as const).filter(
        isTerminal,
      ),
    ).toEqual(['filled', 'cancelled', 'rejected']);
  });
});
