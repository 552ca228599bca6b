ALTER TABLE risk_management.account_states ADD CONSTRAINT valid_capital CHECK (abs(capital) < 'NaN');
