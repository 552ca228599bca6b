-- A replay finds its start by the time of publishing. BRIN costs publishing next to nothing, because the log grows in the order of
-- that time.
CREATE INDEX outbox_published_at_idx ON event_bus.outbox USING brin (published_at) WITH (autosummarize = on);
