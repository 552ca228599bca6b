ALTER TABLE execution.positions ADD CONSTRAINT unique_account_symbol UNIQUE (account_id, symbol);
