-- Trigger function of append-only tables: rejects the statement, for the owner of the table too.
-- Called by: the append_only triggers of execution.trades, execution.execution_logs, data_ingestion.bar_revisions and
-- strategy_engine.strategy_configs.
-- Raises: insufficient_privilege.
CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
END
$$;

COMMENT ON FUNCTION public.refuse_change IS 'Trigger: rejects changes of an append-only table, for every role.';
