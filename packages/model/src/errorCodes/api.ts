import type { ErrorEntries } from './entry';

/** Codes of the HTTP interface. */
export const API_ERRORS = {
  'API.ACCOUNT_NOT_COVERED': ["The key doesn't cover this account.", 'Use a key that does.'],
  'API.ANOTHER_ORIGIN': [
    'A page of another server tries to log a browser in.',
    'Open the dashboard at its own address.',
  ],
  'API.BODY_TOO_LARGE': ["The request's body is larger than is accepted.", 'Send less at once.'],
  'API.CSRF_TOKEN_MISSING': [
    'A change from a session lacks its CSRF token.',
    'Send the header `X-CSRF-Token` with what `GET /v1/session` says.',
  ],
  'API.CURSOR_OF_ANOTHER_QUERY': [
    'A cursor is used with other filters than those that it came from.',
    'Begin without a cursor.',
  ],
  'API.IDEMPOTENCY_KEY_REUSED': ['The `Idempotency-Key` was used for another request.', 'Take a new one.'],
  'API.INSECURE_ADDRESS': [
    'Keys would cross the network unencrypted.',
    'Give a certificate, or name the proxy that does TLS.',
  ],
  'API.INTERNAL': ['The server made a mistake.', 'Look at its log, and report it.'],
  'API.INVALID_CURSOR': ['A cursor is not one that the API returned.', 'Begin without a cursor.'],
  'API.INVALID_EVENT_ID': ['`Last-Event-ID` is no id of the stream.', 'Leave it out to begin now.'],
  'API.INVALID_IDEMPOTENCY_KEY': [
    'The `Idempotency-Key` has a wrong form.',
    'Send 1 to 100 printable characters.',
  ],
  'API.INVALID_JSON': ['The body is not a JSON object.', 'Correct it.'],
  'API.INVALID_KEY': ['There is no such key.', 'Make one with `trading keys create`.'],
  'API.INVALID_KEY_DEFINITION': [
    'A field of a new key is wrong; the message names it.',
    'Correct the field.',
  ],
  'API.INVALID_REQUEST': [
    'A field of the request is wrong; the answer names each.',
    'Correct the fields: see the OpenAPI document.',
  ],
  'API.KEY_EXPIRED': ['The key has expired.', 'Make another one with `trading keys create`.'],
  'API.KEY_REVOKED': ['The key was revoked.', 'Make another one with `trading keys create`.'],
  'API.LOGIN_CODE_REFUSED': [
    'The login link was used before, or is too old.',
    'Have `trading dashboard` print another.',
  ],
  'API.LOOPBACK_ONLY': ['A login link is used from another machine.', 'Log in with a key.'],
  'API.NOT_FOUND': [
    'There is no such route, or nothing of this id.',
    'See the OpenAPI document, or the list.',
  ],
  'API.NOT_LOGGED_IN': [
    'The request carries no key and no session.',
    'Send `Authorization: Bearer` with a key, or log in.',
  ],
  'API.PORT_TAKEN': ["The port can't be listened on.", 'Choose another one.'],
  'API.REQUEST_UNDER_WAY': [
    'The same request is being worked on.',
    'Ask again later, under the same `Idempotency-Key`.',
  ],
  'API.SCOPE_TOO_SMALL': [
    "The key's scope doesn't include this request.",
    'Use a key with the scope in the message.',
  ],
  'API.SESSION_OVER': ['The session has ended.', 'Log in again.'],
  'API.TOO_MANY_BACKTESTS': ['As many backtests run as are allowed at once.', 'Wait for one to end.'],
  'API.TOO_MANY_CLIENTS': ['As many clients hear the stream as are allowed at once.', 'Try again later.'],
  'API.TOO_MANY_REQUESTS': [
    'The key, or the address, made more requests in a minute than are answered.',
    'Go on after the time that the message names.',
  ],
  'API.UNKNOWN_HOST': [
    "The request names a host that isn't this server's.",
    'Use its own address, or name the host with `--api-name`.',
  ],
  'API.UNKNOWN_KEY': ['There is no key of this id.', 'See `trading keys list`.'],
  'API.UNSUPPORTED_MEDIA_TYPE': [
    'The body has another media type than `application/json`.',
    'Send `application/json`.',
  ],
} as const satisfies ErrorEntries;
