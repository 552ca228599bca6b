-- Written by `npx trading sql` from packages/model/src/events/catalogue.ts: edit that, never this.
INSERT INTO event_bus.event_types (type, publisher, version) VALUES
  ('market_data_updated', 'ingestion', 1),
  ('data_quality_failed', 'ingestion', 1),
  ('corporate_action_updated', 'ingestion', 1),
  ('signal_generated', 'strategy', 1),
  ('order_updated', 'execution', 1),
  ('trade_executed', 'execution', 1),
  ('position_updated', 'execution', 1),
  ('cash_updated', 'execution', 1),
  ('risk_event_raised', 'risk', 1),
  ('performance_updated', 'analytics', 1),
  ('alert_sent', 'notification', 1)
ON CONFLICT (type, publisher) DO UPDATE SET version = excluded.version WHERE event_types.version <> excluded.version;
