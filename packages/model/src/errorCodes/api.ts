import type { ErrorEntries } from './entry';

/** Codes of the HTTP interface. */
export const API_ERRORS = {
  'API.ACCOUNT_NOT_COVERED': ["The key doesn't cover this account.", 'Use a key that does.'],
  'API.BODY_TOO_LARGE': ["The request's body is larger than is accepted.", 'Send less at once.'],
  'API.CURSOR_OF_ANOTHER_QUERY': [
    'A cursor is used with other filters than those that it came from.',
    'Begin without a cursor.',
  ],
  'API.INSECURE_ADDRESS': [
    'Keys would cross the network unencrypted.',
    'Give a certificate, or name the proxy that does TLS.',
  ],
  'API.INTERNAL': ['The server made a mistake.', 'Look at its log, and report it.'],
  'API.INVALID_CURSOR': ['A cursor is not one that the API returned.', 'Begin without a cursor.'],
  'API.INVALID_IDEMPOTENCY_KEY': [
    'The `Idempotency-Key` has a wrong form.',
    'Send 1 to 100 printable characters.',
  ],
  'API.INVALID_JSON': ['The body is not a JSON object.', 'Correct it.'],
  'API.INVALID_KEY_DEFINITION': [
    'A field of a new key is wrong; the message names it.',
    'Correct the field.',
  ],
  'API.INVALID_REQUEST': [
    'A field of the request is wrong; the answer names each.',
    'Correct the fields: see the OpenAPI document.',
  ],
  'API.PORT_TAKEN': ["The port can't be listened on.", 'Choose another one.'],
  'API.SCOPE_TOO_SMALL': [
    "The key's scope doesn't include this request.",
    'Use a key with the scope in the message.',
  ],
  'API.TOO_MANY_BACKTESTS': ['As many backtests run as are allowed at once.', 'Wait for one to end.'],
  'API.UNKNOWN_KEY': ['There is no key of this id.', 'See `trading keys list`.'],
  'API.UNSUPPORTED_MEDIA_TYPE': [
    'The body has another media type than `application/json`.',
    'Send `application/json`.',
  ],
} as const satisfies ErrorEntries;
