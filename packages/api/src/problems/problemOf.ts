import { isTradingError, type TradingError } from '@trading/model';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ApiProblem } from './apiProblem';

/** What every error is answered with: RFC 9457, with our code. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z
      .string()
      .meta({ description: 'Stable; branch on it, never on the text.', examples: ['API.INVALID_REQUEST'] }),
    detail: z.string().meta({ description: 'What was wrong with which value, and what would be right.' }),
    problems: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each wrong field of a request.' }),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problem>;

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is wrong',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'No such method here',
  406: 'Not acceptable',
  409: 'Not as things stand',
  413: 'The body is too large',
  415: 'The body has the wrong type',
  421: 'Another host was meant',
  422: 'The values are wrong',
  429: 'Too many requests',
  500: 'A mistake in the server',
  503: 'Not available now',
};

/** Codes of the services, by how they end; the first that fits counts. Any other expected error is 422. */
const STATUSES: readonly (readonly [RegExp, number])[] = [
  [/\.(?:NOT_FOUND|UNKNOWN_ORDER|UNKNOWN_ACCOUNT|UNKNOWN_EVENT|NO_SUCH_DEAD_LETTER|NO_FIGURES)$/, 404],
  [/(?:_TAKEN|_REFUSED|_EXISTS|NOT_REPLACEABLE|ILLEGAL_TRANSITION|AT_REMOTE_BROKER|NO_REMOTE_BROKER)$/, 409],
];

/** What an error is answered with. What is no mistake of the client's is told in general terms: its text may name anything. */
export function problemOf(error: unknown): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'body';
    const problems = error.validation.map(({ instancePath, message }) => ({
      field: [where, ...instancePath.split('/').slice(1)].join('.'),
      message: message ?? 'is wrong',
    }));
    return {
      ...problemFor(
        400,
        'API.INVALID_REQUEST',
        problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
      ),
      problems,
    };
  }
  if (error instanceof ApiProblem)
    return withDetails(problemFor(error.status, error.code, error.message), error);
  if (isTradingError(error)) return ofTradingError(error);
  return ofFastify(error) ?? problemFor(500, 'API.INTERNAL', 'the server made a mistake; its log has more');
}

function ofTradingError(error: TradingError): Problem {
  if (error.kind === 'operational') {
    return problemFor(
      503,
      error.code,
      'a server that this needs does not answer now; the same request may succeed later',
    );
  }
  if (error.kind === 'bug') return problemFor(500, error.code, 'the server made a mistake; its log has more');
  const status = STATUSES.find(([pattern]) => pattern.test(error.code))?.[1] ?? 422;
  return withDetails(problemFor(status, error.code, error.message), error);
}

/** What fastify itself refuses, before any route is reached. */
const FASTIFY: Readonly<Record<string, readonly [number, string, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'API.INVALID_JSON', 'the body is no JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'API.INVALID_JSON', 'the body is empty; it must be a JSON object'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'API.BODY_TOO_LARGE', 'the body is too large; 64 kB are taken at most'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'API.UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'API.INVALID_REQUEST',
    'Content-Length is not the length of the body',
  ],
};

function ofFastify(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY[code];
  if (known !== undefined) return problemFor(...known);
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? problemFor(statusCode, 'API.INVALID_REQUEST', error.message)
    : undefined;
}

function problemFor(status: number, code: string, detail: string): Problem {
  return { type: `urn:trading:problem:${code}`, title: TITLES[status] ?? 'Error', status, code, detail };
}

function withDetails(answer: Problem, { details }: TradingError): Problem {
  return Object.keys(details).length === 0 ? answer : { ...answer, details: { ...details } };
}
