CREATE UNIQUE INDEX trades_one_chain ON execution.trades (account_id, symbol, position_seq) WHERE position_seq > 0;

ALTER TABLE execution.trades ADD CONSTRAINT trades_corrects_trade_id_key UNIQUE (corrects_trade_id);
