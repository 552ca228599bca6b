ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_type CHECK (
  type IN ('split', 'cash_dividend', 'special_dividend', 'symbol_change', 'spin_off', 'merger'));

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_action_status CHECK (status IN ('active', 'cancelled'));

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_action_source CHECK (
  source IN ('yahoo', 'polygon', 'alpaca', 'file', 'manual'));

-- What each type must have, and nothing else. An action that was cancelled before anybody told of it has no terms.
ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_terms CHECK (
  (numerator IS NULL) = (denominator IS NULL) AND (type = 'split' OR numerator IS NULL)
  AND (type IN ('cash_dividend', 'special_dividend') OR amount IS NULL) AND (type = 'symbol_change' OR new_symbol IS NULL)
  AND (status = 'cancelled' OR CASE type WHEN 'split' THEN numerator IS NOT NULL WHEN 'symbol_change' THEN new_symbol IS NOT NULL
    WHEN 'cash_dividend' THEN amount IS NOT NULL WHEN 'special_dividend' THEN amount IS NOT NULL ELSE true END)
  AND coalesce(numerator > 0 AND denominator > 0 AND numerator <> denominator, true)
  AND (amount IS NULL) = (currency IS NULL) AND coalesce(amount > 0, true)
  AND coalesce(new_symbol <> symbol, true));

ALTER TABLE data_ingestion.corporate_actions ADD CONSTRAINT valid_action_id CHECK (
  action_id = symbol || ':' || type || ':' || to_char(ex_date::timestamp, 'YYYY-MM-DD') AND version > 0);
