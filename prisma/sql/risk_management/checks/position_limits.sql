ALTER TABLE risk_management.position_limits ADD CONSTRAINT valid_limits CHECK (
    (max_quantity IS NOT NULL OR max_notional IS NOT NULL OR max_outside_session IS NOT NULL)
    AND coalesce(max_quantity, 0) BETWEEN 0 AND 99999999999 AND coalesce(max_notional, 0) >= 0 AND coalesce(max_notional, 0) < 'NaN');

ALTER TABLE risk_management.position_limits ADD CONSTRAINT valid_max_outside_session CHECK (max_outside_session >= 0 AND max_outside_session < 'NaN');
