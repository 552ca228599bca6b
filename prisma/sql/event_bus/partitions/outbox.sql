-- By the number of the publishing transaction, which grows with time: reading in commit order walks from one partition into the
-- next, and retention drops whole partitions.
PARTITION BY RANGE (xid);
