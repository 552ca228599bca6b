import { createHash } from 'node:crypto';
import type { Sql } from '@trading/database';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { principal } from '../access/authenticate';
import { ApiProblem } from '../problems/apiProblem';
import { finishAuditEntry, insertAuditEntry } from '../sql/auditLog';
import { forgetAnswer, keepAnswer, openAnswer } from '../sql/idempotentAnswers';

declare module 'fastify' {
  interface FastifyRequest {
    /** A change under way: its line in the audit log, and the Idempotency-Key that it holds. */
    change?: { readonly auditId: string; readonly idempotencyKey: string | undefined };
  }
}

const KEY = /^[!-~]{1,100}$/;

/**
 * What every route that changes something has in common. It stands in the audit log from before it is done, with its key; and
 * sent again under its Idempotency-Key within a day it is not done again, but answered as it was.
 */
export function recordChanges(app: FastifyInstance, sql: Sql): void {
  app.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.config.changes !== true) return undefined;
    const { keyId } = principal(request);
    const idempotencyKey = idempotencyKeyOf(request);
    if (idempotencyKey !== undefined) {
      const answer = await openAnswer(sql, { keyId, idempotencyKey, requestHash: hashOf(request) });
      if (answer === 'another')
        throw new ApiProblem(
          422,
          'API.IDEMPOTENCY_KEY_REUSED',
          `Idempotency-Key ${idempotencyKey} was used for another request; take a new one`,
          { idempotencyKey },
        );
      if (answer === 'under way')
        throw new ApiProblem(
          409,
          'API.REQUEST_UNDER_WAY',
          'the same request is being worked on; ask again later',
          {
            idempotencyKey,
          },
        );
      if (answer !== 'new') {
        return reply
          .code(answer.status)
          .header('Idempotency-Replayed', 'true')
          .type(answer.status >= 400 ? 'application/problem+json' : 'application/json')
          .send(Buffer.from(answer.body));
      }
    }
    const auditId = await insertAuditEntry(sql, {
      keyId,
      method: request.method,
      path: request.url.split('?')[0]?.slice(0, 500) ?? '',
      request: request.body ?? null,
      idempotencyKey: idempotencyKey ?? null,
    });
    request.change = { auditId, idempotencyKey };
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { change } = request;
    if (change === undefined) return payload;
    const body = typeof payload === 'string' ? payload : '';
    const status = reply.statusCode;
    const { keyId } = principal(request);
    if (change.idempotencyKey !== undefined) {
      // What failed on our side may be tried again under the same key.
      if (status >= 500) await forgetAnswer(sql, keyId, change.idempotencyKey);
      else await keepAnswer(sql, { keyId, idempotencyKey: change.idempotencyKey, status, body });
    }
    await finishAuditEntry(sql, change.auditId, status, status >= 400 ? codeOf(body) : null);
    return payload;
  });
}

/** @throws ApiProblem 400 `API.INVALID_IDEMPOTENCY_KEY` */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const sent = request.headers['idempotency-key'];
  if (sent === undefined) return undefined;
  if (typeof sent === 'string' && KEY.test(sent)) return sent;
  throw new ApiProblem(
    400,
    'API.INVALID_IDEMPOTENCY_KEY',
    'Idempotency-Key must have 1 to 100 printable characters and no spaces; a UUID is best',
  );
}

function hashOf({ method, url, body }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest();
}

function codeOf(body: string): string | null {
  try {
    return (JSON.parse(body) as { code?: string }).code ?? null;
  } catch {
    return null;
  }
}
