import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * What every answer carries: no page may frame us, no script runs but the dashboard's own files, and nothing is told to other
 * origins.
 */
export function secure(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.headers({
      'Content-Security-Policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    return payload;
  });
}

/** What is served at / where the dashboard was not built. */
const NO_PAGES = `<!doctype html><html lang="en"><meta charset="utf-8"><title>trading-system</title>
<h1>The API runs, the dashboard is not built</h1><p>npm run setup builds it. The API is described at <a href="/v1/openapi.json">/v1/openapi.json</a>.</p></html>`;

/**
 * Serves the dashboard's files. Every path that is no file and not below /v1 is one of its screens: the page itself finds out
 * which.
 *
 * @param folder  `packages/dashboard/dist`; where it is missing, / says so
 */
export async function servePages(app: FastifyInstance, folder: string | undefined): Promise<void> {
  const built = folder !== undefined && existsSync(join(folder, 'index.html'));
  if (!built) {
    app.get('/', { config: { scope: 'none' }, schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(NO_PAGES),
    );
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  app.get('/*', { config: { scope: 'none' }, schema: { hide: true } }, async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (path.startsWith('/v1/')) return reply.callNotFound();
    const file = decodedPath(path);
    // Files have their content's hash in their names, but for the page itself.
    if (file?.startsWith('/assets/') === true && existsSync(join(folder, file)))
      return reply.header('Cache-Control', 'public, max-age=31536000, immutable').sendFile(file);
    if (file !== undefined && file !== '/' && /\.\w{2,11}$/.test(file) && existsSync(join(folder, file)))
      return reply.header('Cache-Control', 'no-cache').sendFile(file);
    return reply.header('Cache-Control', 'no-cache').sendFile('index.html');
  });
}

/** Undefined for what names no file below the folder. */
function decodedPath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') || decoded.split('/').includes('..') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
