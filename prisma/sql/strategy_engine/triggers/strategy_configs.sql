-- Only `active`, which marks the version in force, may change.
CREATE OR REPLACE TRIGGER versions_are_never_edited BEFORE UPDATE OF strategy_id, version, parameters, created_at
  ON strategy_engine.strategy_configs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
