ALTER TABLE logging.system_logs ADD CONSTRAINT valid_level CHECK (level IN ('trace', 'debug', 'info', 'warn', 'error', 'fatal'));
