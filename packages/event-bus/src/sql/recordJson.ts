/** An `EventRecord` of a row `o` of the log, as an expression: what parked events and dead letters keep. */
export const RECORD_JSON = `jsonb_build_object('id', o.event_id, 'type', o.event_type, 'version', o.version,
    'service', o.service, 'key', o.key, 'correlationId', o.correlation_id, 'causationId', o.causation_id,
    'occurredAt', to_char(o.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', o.data)`;
