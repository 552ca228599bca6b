ALTER TABLE risk_management.account_states ADD CONSTRAINT valid_capital CHECK (capital > 0 AND capital < 'NaN');
