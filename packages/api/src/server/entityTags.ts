import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Answers to GET carry a tag of their content; whoever has the same content already gets 304 and no body. */
export function tagEntities(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const tag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    reply.header('ETag', tag);
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'private, no-cache');
    if (request.headers['if-none-match'] !== tag) return payload;
    reply.code(304).removeHeader('Content-Type');
    return null;
  });
}
