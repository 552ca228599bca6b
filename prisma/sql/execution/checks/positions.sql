ALTER TABLE execution.positions ADD CONSTRAINT valid_avg_price CHECK (avg_price >= 0 AND avg_price < 'NaN');

ALTER TABLE execution.positions ADD CONSTRAINT flat_costs_nothing CHECK (quantity <> 0 OR (cost_basis = 0 AND avg_price = 0));

ALTER TABLE execution.positions ADD CONSTRAINT cost_has_the_side_of_quantity CHECK (sign(cost_basis) = sign(quantity) OR cost_basis = 0);
