ALTER TABLE execution.position_adjustments ADD CONSTRAINT valid_ratio CHECK (numerator > 0 AND denominator > 0);
