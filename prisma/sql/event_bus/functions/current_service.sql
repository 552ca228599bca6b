-- The bus: every service appends under its own name and keeps its own checkpoint.
CREATE OR REPLACE FUNCTION event_bus.current_service() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN current_user LIKE 'trading\_%' THEN substr(current_user, 9) END $$;
