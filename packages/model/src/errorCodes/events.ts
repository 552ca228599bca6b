import type { ErrorEntries } from './entry';

/** Codes of the event bus, notifications and Prefect. */
export const EVENT_ERRORS = {
  'EVENTS.HALTED': [
    'A consumer group has more parked events than the limit and pauses.',
    'Look at the errors with `trading bus status`; the cause is probably not the events.',
  ],
  'EVENTS.HANDLER_FAILED': [
    'A handler failed with an error that is none of ours.',
    'Mend the handler; the error is kept with the event.',
  ],
  'EVENTS.HANDLER_TIMEOUT': ['A handler took longer than it may.', 'Make it quicker, or raise `timeoutMs`.'],
  'EVENTS.HIDDEN': [
    "Committed events can't be read yet, because an older transaction is still open.",
    'End that transaction; `trading bus status` names it.',
  ],
  'EVENTS.INVALID': ["An event's data doesn't fit its type.", 'Correct the field in the message.'],
  'EVENTS.NOTHING_SELECTED': ['No dead letters are selected.', 'Give a group or ids.'],
  'EVENTS.NOTHING_TO_REPLAY': [
    'The group has not come so far yet.',
    'Nothing: it will handle these events without a replay.',
  ],
  'EVENTS.NOT_IN_LOG': ["The log doesn't hold this event, or not any more.", 'Begin later.'],
  'EVENTS.NO_SUCH_DEAD_LETTER': [
    'There is no dead letter of this id.',
    'Take the ids from `trading bus dead-letters list`.',
  ],
  'EVENTS.NO_SUCH_GROUP': [
    'There is no consumer group of this name.',
    'Take the names from `trading bus status`.',
  ],
  'EVENTS.PROCESS_ENDED': [
    'The process that handled an event ended each time.',
    'Look for out-of-memory and for exits in the handler.',
  ],
  'EVENTS.TRANSACTION_ABORTED': [
    'A statement of a handler failed, and the handler went on.',
    'Let the error through, or use a savepoint.',
  ],
  'EVENTS.TYPE_INVALID': [
    "An event type's name, or its publisher's, has a wrong form.",
    'Use lower-case letters and underscores, 50 at most.',
  ],
  'EVENTS.TYPE_TAKEN': ['There is another event type of this name.', 'Choose another name.'],
  'EVENTS.UNKNOWN_TYPE': [
    'The type of an event is not in the catalogue.',
    'Register it, or use a version that knows it.',
  ],
  'EVENTS.UNKNOWN_VERSION': [
    'The version of an event is newer than this program, or has no upgrade.',
    'Use a newer version of the packages.',
  ],
  'EVENTS.WRONG_PUBLISHER': [
    'A service publishes an event that another one owns.',
    'Publish it as that service.',
  ],
  'FLOW.BOOKS_DIFFER': [
    "Books and trades, or ours and the broker's, differ.",
    'Run `trading reconcile` and `trading verify`.',
  ],
  'FLOW.CANCELLED': ['The run was cancelled.', 'Nothing.'],
  'FLOW.CHILD_FAILED': ['A run that this one started failed.', 'Look at that run in Prefect.'],
  'FLOW.DATA_QUALITY': ['Bars of the day have problems.', 'See `trading quality`.'],
  'FLOW.DELETING_NOT_ALLOWED': [
    'The run would delete data, and its worker may not.',
    'Start one with `--allow-deleting`.',
  ],
  'FLOW.FETCH_FAILED': [
    'Some series could not be fetched.',
    'Read the reasons in the message, then run it again.',
  ],
  'FLOW.INVALID_PARAMETERS': ["The run's parameters are wrong; the message names each.", 'Correct them.'],
  'FLOW.INVALID_RANGE': ["A flow's period is empty or the wrong way round.", 'Correct the parameters.'],
  'FLOW.LIMITS_BREACHED': ['Limits are crossed.', 'See `trading risk`.'],
  'FLOW.STOPPED': [
    'The worker was stopped and could not wait.',
    'Nothing: the run is started again elsewhere.',
  ],
  'FLOW.TIMED_OUT': ['The run took longer than it may.', 'Give it more time, or less to do.'],
  'FLOW.UNHEALTHY': ['A check of the system failed.', 'See `trading doctor`.'],
  'NOTIFICATION.INVALID_ALERT': [
    "An alert's definition is wrong; the message names each field.",
    'Correct the fields.',
  ],
  'NOTIFICATION.NOT_FOUND': ['There is no alert of this name.', 'See `trading alerts list`.'],
  'NOTIFICATION.SEND_FAILED': [
    'A channel did not take the notification.',
    'It is tried again; read the reason in the message.',
  ],
  'NOTIFICATION.SEND_TIMEOUT': [
    'A channel took too long.',
    'It is tried again; check that the receiver answers.',
  ],
  'NOTIFICATION.UNKNOWN_CHANNEL': [
    'There is no channel of this name.',
    'Use one of those in the message; some need environment variables.',
  ],
  'PREFECT.BUSY': ['Prefect has too much to do.', 'Try again.'],
  'PREFECT.CONFLICT': ['Prefect has this already.', 'Use what is there.'],
  'PREFECT.INSTALL_FAILED': [
    'Prefect could not be installed.',
    "Read the end of pip's output in the message.",
  ],
  'PREFECT.INVALID_LIMIT': ["A worker's limit is below 1.", 'Use 1 or more.'],
  'PREFECT.INVALID_REQUEST': ['Prefect refuses a request.', 'Read its words in the message.'],
  'PREFECT.NOT_FOUND': ["Prefect doesn't have what was asked for.", 'Check the name or id.'],
  'PREFECT.NOT_UP': [
    'There is no Prefect server yet.',
    'Run `trading prefect up`, or set `PREFECT_API_URL`.',
  ],
  'PREFECT.NO_PYTHON': [
    'Prefect needs Python, uv or Docker, and none is there.',
    'Install one, or set `PREFECT_API_URL`.',
  ],
  'PREFECT.RECORD_UNREADABLE': [
    "The note about the running server can't be read.",
    'End the server if one runs, and delete the file.',
  ],
  'PREFECT.SERVER_ERROR': ['Prefect failed.', 'Try again; look at its log.'],
  'PREFECT.START_FAILED': ["Prefect's server did not start.", 'Read the end of its log in the message.'],
  'PREFECT.STATE_REFUSED': ["Prefect refuses a change of a run's state.", 'Nothing: the run has moved on.'],
  'PREFECT.UNAUTHORIZED': [
    'Prefect refuses the credentials.',
    'Set `PREFECT_API_AUTH_STRING` or `PREFECT_API_KEY`.',
  ],
  'PREFECT.UNREACHABLE': ["Prefect doesn't answer.", 'See `trading prefect status`.'],
  'EVENTS.NOT_BEGUN': [
    'A handler asked for the connection before the first statement of its transaction.',
    'Use `tx.query`.',
  ],
  'EVENTS.TAKEN': [
    'Another process has taken the events that this transaction is for.',
    'Nothing: that process handles them.',
  ],
} as const satisfies ErrorEntries;
