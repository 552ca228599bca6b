// The generator of the root schema: `prisma generate` at the root writes every service's scoped client, through
// turbo, so that what has not changed comes from its cache. Speaks Prisma's generator protocol (JSON-RPC on stderr).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './scopedSchema.mjs';

const respond = (id, body) => process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);

const manifest = {
  prettyName: 'one scoped client for each service (packages/*/src/generated)',
  requiresEngines: [],
};

function generate() {
  return new Promise((resolve, reject) => {
    const turbo = join(ROOT, 'node_modules/turbo/bin/turbo');
    const child = spawn(process.execPath, [turbo, 'run', 'generate', '--output-logs=errors-only'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
        TURBO_TELEMETRY_DISABLED: '1',
      },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(null) : reject(new Error(errors.trim() || `turbo exited with ${code}`)),
    );
  });
}

const METHODS = { getManifest: async () => ({ manifest }), generate };

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const method = METHODS[request.method];
  if (method === undefined) {
    respond(request.id, { error: { code: -32601, message: `unknown method ${request.method}` } });
    continue;
  }
  try {
    respond(request.id, { result: await method() });
  } catch (error) {
    respond(request.id, { error: { code: -32000, message: error.message, data: { stack: error.stack } } });
  }
}
