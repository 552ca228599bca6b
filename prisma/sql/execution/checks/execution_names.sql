ALTER TABLE execution.execution_names ADD CONSTRAINT valid_source CHECK ("source" IN ('stream', 'history'));
