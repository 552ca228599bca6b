-- The last outbox partition has no upper bound, so that publishing always finds a partition.
CREATE TABLE event_bus_partitions.outbox_0 PARTITION OF event_bus.outbox FOR VALUES FROM (0) TO (MAXVALUE);

SELECT data_ingestion.ensure_market_data_partitions('2000-01-01Z', '2030-12-31Z');
