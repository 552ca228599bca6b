-- Published view of the booked trades, busts included. Positions, P&L and commissions can be derived from it.
-- Read by: analytics, src/sql/selectFills.ts and src/sql/selectFillTotals.ts, and strategy_engine.measured_strategies;
-- api, src/sql/orders.ts.
CREATE OR REPLACE VIEW execution.fills AS
  SELECT trade_id, order_id, account_id, symbol, side, quantity, price, commission, realized_pnl, executed_at, strategy,
         id, kind, execution_id, corrects_trade_id, settlement_date, correlation_id
    FROM execution.trades;

COMMENT ON VIEW execution.fills IS
  'Published view of the booked trades, busts included: all that positions, P&L and commissions derive from.';
