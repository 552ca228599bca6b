-- Partitions are in schemas of their own, which Prisma and Studio do not list. `prisma migrate reset` empties only the schemas
-- of base.prisma, so these may exist already.
CREATE SCHEMA IF NOT EXISTS market_data_partitions;

CREATE SCHEMA IF NOT EXISTS event_bus_partitions;
