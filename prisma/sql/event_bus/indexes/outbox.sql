-- A replay finds its start by publishing time. BRIN costs almost nothing when publishing, because the log grows in that order.
CREATE INDEX outbox_published_at_idx ON event_bus.outbox USING brin (published_at) WITH (autosummarize = on);
