-- One partition a year (docs/decisions/0002-yearly-partitions.md). There is no default partition: a bar outside every partition
-- is rejected.
PARTITION BY RANGE ("timestamp");
