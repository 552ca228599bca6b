-- One year a child (docs/decisions/0002-yearly-partitions.md). There is no default partition: a bar outside every partition is
-- rejected, not hidden.
PARTITION BY RANGE ("timestamp");
