-- Constraint trigger function: an account's sums must equal its transfers. Deferred: it checks what the transaction leaves
-- behind, before the commit. Trades need no such check: what a trade moves balances by the rule that judge_trade checks.
-- Called by: the triggers account_equals_its_transfers of execution.cash_accounts and execution.cash_transfers.
-- Raises: check_violation with the constraint name account_equals_its_transfers.
CREATE OR REPLACE FUNCTION execution.judge_cash() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kept record;
  derived record;
BEGIN
  SELECT a.net_deposits, a.other_income, a.receivable INTO kept FROM execution.cash_accounts AS a WHERE a.account_id = NEW.account_id;
  SELECT * INTO derived FROM execution.transfer_totals(NEW.account_id);
  IF kept IS DISTINCT FROM derived THEN
    RAISE EXCEPTION 'account % keeps deposits %, income %, receivable %; its transfers say %, %, %', NEW.account_id,
      kept.net_deposits, kept.other_income, kept.receivable, derived.net_deposits, derived.other_income, derived.receivable
      USING ERRCODE = 'check_violation', SCHEMA = 'execution', TABLE = 'cash_accounts', CONSTRAINT = 'account_equals_its_transfers';
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION execution.judge_cash IS 'Constraint trigger: an account''s sums must equal its transfers.';
