-- The service that the current role belongs to: `execution` for trading_execution. Null for a role that is no
-- service's.
-- Called by: the policies of inbox, consumer_groups, parked_events and dead_letters. They let a service see the rows of
-- its own consumer groups only.
CREATE OR REPLACE FUNCTION event_bus.current_service() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN current_user LIKE 'trading\_%' THEN substr(current_user, 9) END $$;

COMMENT ON FUNCTION event_bus.current_service IS
  'The service that the current role belongs to; null for a role that is no service.';
