-- Every order ever asked for, denied ones too: how many, how often, how alike.
CREATE OR REPLACE VIEW execution.placed_orders AS
  SELECT order_id, account_id, symbol, side, order_type, quantity, price, stop_price, strategy, status, decided_at
    FROM execution.orders;
