-- Which ledger accounts each kind moves money between.
ALTER TABLE execution.cash_transfers ADD CONSTRAINT valid_transfer CHECK (
  amount <> 0 AND abs(amount) < 'NaN' AND (kind, debit, credit) IN (
    ('opening', 'cash', 'external'), ('deposit', 'cash', 'external'), ('withdrawal', 'external', 'cash'),
    ('interest', 'cash', 'interest'), ('fee', 'fees', 'cash'), ('tax', 'taxes', 'cash'),
    ('dividend', 'receivable', 'dividends'), ('dividend_payment', 'cash', 'receivable'))
  AND (kind IN ('dividend', 'dividend_payment')) = (action_id IS NOT NULL) AND (action_id IS NULL) = (symbol IS NULL));
