import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { principal, SESSION_COOKIE } from '../access/authenticate';
import { isLoopback } from '../access/hostCheck';
import { SCOPES } from '../access/principal';
import { CODE_SECONDS, csrfTokenOf, type OpenedSession, SESSION_HOURS } from '../access/sessions';
import { ApiProblem } from '../problems/apiProblem';
import type { Routes } from './tools';

const who = z
  .object({
    keyId: z.string(),
    name: z.string(),
    scope: z.enum(SCOPES),
    accounts: z.array(z.string()).meta({ description: '* alone is all.' }),
    csrfToken: z
      .string()
      .nullable()
      .meta({ description: 'For the header X-CSRF-Token of changes from this session; null under a key.' }),
  })
  .meta({ id: 'Session' });

const TAGS = ['session'];

/** Who one is, and the dashboard's login: with the code of a one-time link, or with a key. */
export const sessionRoutes: Routes = (app, { keys, sessions, secure }) => {
  app.get(
    '/v1/session',
    {
      config: { scope: 'read' },
      schema: { summary: 'Who asks, and what they may do', tags: TAGS, response: { 200: who } },
    },
    async (request) => {
      const { keyId, name, scope, accounts, via } = principal(request);
      const cookie = request.cookies[SESSION_COOKIE];
      const csrfToken = via === 'session' && cookie !== undefined ? csrfTokenOf(cookie) : null;
      return { keyId, name, scope, accounts: [...accounts], csrfToken };
    },
  );

  app.post(
    '/v1/session',
    {
      config: { scope: 'none', rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: {
        summary: 'Log the dashboard in; sets the session cookie',
        description: `With the code of a link that the terminal printed: it is used once, lives ${CODE_SECONDS} s, and works on the machine of the server only. Or with an API key.`,
        tags: TAGS,
        body: z.union([
          z.strictObject({ code: z.string().max(100) }),
          z.strictObject({ key: z.string().max(200) }),
        ]),
        response: { 200: who },
      },
    },
    async (request, reply) => {
      requireOwnOrigin(request.headers.origin, request.headers.host);
      const { body } = request;
      const opened = 'code' in body ? await byCode(body.code, request.ip) : await byKey(body.key);
      const recognised = await keys.recogniseId(opened.keyId);
      if (!('principal' in recognised)) throw refused();
      setCookie(reply, opened);
      const { keyId, name, scope, accounts } = recognised.principal;
      return { keyId, name, scope, accounts: [...accounts], csrfToken: csrfTokenOf(opened.token) };
    },
  );

  app.delete(
    '/v1/session',
    {
      config: { scope: 'read' },
      schema: { summary: 'Log out', tags: TAGS, response: { 200: z.object({ closed: z.boolean() }) } },
    },
    async (request, reply) => {
      const cookie = request.cookies[SESSION_COOKIE];
      if (cookie !== undefined) await sessions.close(cookie);
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return { closed: cookie !== undefined };
    },
  );

  async function byCode(code: string, ip: string): Promise<OpenedSession> {
    if (!isLoopback(ip))
      throw new ApiProblem(
        403,
        'API.LOOPBACK_ONLY',
        'a login link works on the machine of the server only; log in with a key from elsewhere',
      );
    return (await sessions.openByCode(code)) ?? raise(refused());
  }

  async function byKey(key: string): Promise<OpenedSession> {
    const recognised = await keys.recognise(key);
    if (!('principal' in recognised))
      throw new ApiProblem(401, 'API.INVALID_KEY', 'there is no such key, or it is not good any more');
    return sessions.open(recognised.principal.keyId);
  }

  function setCookie(reply: FastifyReply, { token }: OpenedSession): void {
    reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      maxAge: SESSION_HOURS * 3_600,
    });
  }
};

function refused(): ApiProblem {
  return new ApiProblem(
    401,
    'API.LOGIN_CODE_REFUSED',
    `the login link was used before, or is older than ${CODE_SECONDS} s: \`trading dashboard\` prints another`,
  );
}

/** A page of another origin must not log a browser in. */
function requireOwnOrigin(origin: string | undefined, host: string | undefined): void {
  if (origin === undefined || origin.replace(/^https?:\/\//, '') === host) return;
  throw new ApiProblem(403, 'API.ANOTHER_ORIGIN', 'a session is opened by pages of this server only');
}

function raise(error: Error): never {
  throw error;
}
