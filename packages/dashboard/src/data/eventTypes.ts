/** The event types that the live stream brings; EventSource hears those only that it is told of. */
export const EVENT_TYPES = [
  'market_data_updated',
  'data_quality_failed',
  'signal_generated',
  'order_updated',
  'trade_executed',
  'position_updated',
  'risk_event_raised',
  'performance_updated',
  'alert_sent',
  'cash_updated',
  'corporate_action_updated',
] as const;

/** Lists of event types that change what a screen shows. */
export const BOOKS = ['order_updated', 'trade_executed', 'position_updated', 'cash_updated'] as const;
export const ORDERS = ['order_updated'] as const;
export const FILLS = ['trade_executed'] as const;
export const RISK = ['risk_event_raised'] as const;
