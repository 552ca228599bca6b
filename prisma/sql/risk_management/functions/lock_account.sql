-- Makes whoever decides on an order of the same account wait until this transaction ends. A row of a table that no role has
-- a right on, because an advisory lock can be taken by every session that knows its key, and pg_locks shows the keys.
-- The row is only locked, never changed: that writes no new version of it.
-- Called by: risk_management.reserve_order, with its rights. No role may call it.
-- Locks: the row, until the transaction ends.
-- Isolation: READ COMMITTED.
CREATE OR REPLACE FUNCTION risk_management.lock_account(p_account_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM risk_management.account_locks AS l WHERE l.account_id = p_account_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    -- Where two make it at once, the second waits here for the first one's transaction, and then locks its row.
    INSERT INTO risk_management.account_locks (account_id) VALUES (p_account_id) ON CONFLICT DO NOTHING;
    PERFORM FROM risk_management.account_locks AS l WHERE l.account_id = p_account_id FOR NO KEY UPDATE;
  END IF;
END
$$;

COMMENT ON FUNCTION risk_management.lock_account IS
  'Makes whoever decides on an order of the same account wait until this transaction ends.';
