ALTER TABLE notification.alert_configs ADD CONSTRAINT valid_throttle CHECK (throttle_seconds >= 0);
