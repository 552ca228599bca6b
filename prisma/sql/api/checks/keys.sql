ALTER TABLE api.keys ADD CONSTRAINT valid_kind CHECK (kind IN ('key', 'login'));

ALTER TABLE api.keys ADD CONSTRAINT valid_scope CHECK (scope IN ('read', 'trade', 'admin'));

ALTER TABLE api.keys ADD CONSTRAINT valid_hash CHECK (octet_length(secret_hash) = 32);

-- A list that is empty, or that has a null in it, would be read as one thing here and as another there.
ALTER TABLE api.keys ADD CONSTRAINT valid_accounts CHECK (
  cardinality(accounts) > 0 AND array_position(accounts, NULL) IS NULL AND (cardinality(accounts) = 1 OR '*' <> ALL (accounts)));

ALTER TABLE api.keys ADD CONSTRAINT revoked_by_someone CHECK ((revoked_at IS NULL) = (revoked_by IS NULL));
