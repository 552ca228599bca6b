ALTER TABLE notification.notification_logs ADD CONSTRAINT valid_status CHECK (status IN ('pending', 'sent', 'throttled', 'failed'));

ALTER TABLE notification.notification_logs ADD CONSTRAINT valid_attempts CHECK (attempts >= 0);
