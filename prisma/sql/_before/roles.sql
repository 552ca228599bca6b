-- Written by `npx trading sql` from packages/database/src/isolation/matrix.ts: edit that, never this.
-- One login role a service. Roles belong to the whole server: another database of it may have made them already.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY[
    'trading_ingestion', 'trading_strategy', 'trading_execution', 'trading_risk', 'trading_analytics', 'trading_notification', 'trading_logging', 'trading_event_bus', 'trading_api']
  LOOP
    -- Asked first: the owner of the database may make no roles, and `trading up` has made them as the administrator.
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

-- Nobody may call a function until it is granted, those of later migrations included.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
