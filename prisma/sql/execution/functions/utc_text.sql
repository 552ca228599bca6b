-- A time as events write it: ISO 8601 in UTC, with milliseconds.
-- Called by: trade_payload, position_payload and raise_fill_problem. Inlined.
CREATE OR REPLACE FUNCTION execution.utc_text(p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

COMMENT ON FUNCTION execution.utc_text IS 'A time as events write it: ISO 8601 in UTC, with milliseconds.';
