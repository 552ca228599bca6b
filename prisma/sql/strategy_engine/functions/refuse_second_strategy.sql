-- Trigger function: only one active strategy may trade a symbol in an account. A second one would trade against the
-- first, because each trades the difference between its own target and the position of the whole account.
-- Called by: the trigger one_strategy_a_market of strategy_engine.strategies.
-- Locks: the account's row of strategy_engine.account_locks, so that two strategies that are activated at once see each
-- other. No role has a right on that table, so nobody else can hold the lock; hence SECURITY DEFINER.
-- Isolation: READ COMMITTED.
-- Raises: exclusion_violation with the constraint name one_strategy_a_market.
CREATE OR REPLACE FUNCTION strategy_engine.refuse_second_strategy() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  account text := NEW.parameters ->> 'accountId';
  taken record;
BEGIN
  IF account IS NULL THEN
    RETURN NEW;
  END IF;
  INSERT INTO strategy_engine.account_locks (account_id) VALUES (account) ON CONFLICT DO NOTHING;
  PERFORM FROM strategy_engine.account_locks AS l WHERE l.account_id = account FOR NO KEY UPDATE;
  SELECT s.strategy_id, x.symbol INTO taken
    FROM strategy_engine.strategies AS s
   CROSS JOIN LATERAL jsonb_array_elements_text(
           CASE jsonb_typeof(s.parameters -> 'symbols') WHEN 'array' THEN s.parameters -> 'symbols' ELSE '[]' END) AS x(symbol)
   WHERE s.status = 'active' AND s.strategy_id <> NEW.strategy_id AND s.parameters ->> 'accountId' = account
     AND NEW.parameters -> 'symbols' ? x.symbol
   ORDER BY s.strategy_id, x.symbol LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'strategy % can''t be active: strategy % trades % in account % already', NEW.strategy_id,
      taken.strategy_id, taken.symbol, account
      USING ERRCODE = 'exclusion_violation', SCHEMA = 'strategy_engine', TABLE = 'strategies',
        CONSTRAINT = 'one_strategy_a_market',
        HINT = 'Give it an account of its own, or deactivate the other one.';
  END IF;
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION strategy_engine.refuse_second_strategy IS
  'Trigger: rejects a second active strategy on a symbol of an account.';
