ALTER TABLE execution.trades ADD CONSTRAINT valid_quantity CHECK (quantity > 0 AND quantity < 'NaN');

ALTER TABLE execution.trades ADD CONSTRAINT valid_price CHECK (price > 0 AND price < 'NaN');

ALTER TABLE execution.trades ADD CONSTRAINT valid_commission CHECK (commission < 'NaN');

-- Also limits `kind` to fill and bust. An IN list would build an array first.
ALTER TABLE execution.trades ADD CONSTRAINT valid_kind CHECK (
  kind = CASE WHEN corrects_trade_id IS NULL THEN 'fill' ELSE 'bust' END);
