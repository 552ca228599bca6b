-- Published view: how far execution has handled the bars of each series. A strategy that looks at its account decides once
-- the fills of a bar are booked.
-- Read by: strategy, src/sql/selectAccounts.ts.
CREATE OR REPLACE VIEW execution.handled_bars AS
  SELECT symbol, data_source, through FROM execution.market_clocks;

COMMENT ON VIEW execution.handled_bars IS
  'Published view: the start of the last bar of each series that execution has handled.';
