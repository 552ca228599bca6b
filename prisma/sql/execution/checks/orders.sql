ALTER TABLE execution.orders ADD CONSTRAINT valid_quantity CHECK (quantity > 0 AND quantity < 'NaN');

ALTER TABLE execution.orders ADD CONSTRAINT valid_fill_state CHECK (execution.filled_fits(status, quantity, filled_quantity, busted_quantity, avg_fill_price));

ALTER TABLE execution.orders ADD CONSTRAINT valid_order_prices CHECK (execution.prices_fit(order_type, price, stop_price));
