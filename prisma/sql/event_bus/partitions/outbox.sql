-- By the number of the publishing transaction, which grows with time: readers go through one partition after the other, and
-- retention drops whole partitions.
PARTITION BY RANGE (xid);
