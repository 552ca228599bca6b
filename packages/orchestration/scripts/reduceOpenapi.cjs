/**
 * Reduces the OpenAPI document of a Prefect server to what the client speaks: the paths below, relative to the API's URL,
 * and the schemas that they reach, without prose. `node scripts/reduceOpenapi.cjs http://127.0.0.1:4200/api` writes it to
 * openapi/; the tests compare what is there with the server that they run.
 */
const fs = require('node:fs');
const path = require('node:path');

const PATHS = [
  /^\/(health|ready|version|admin\/version)$/,
  /^\/flows\/(\{id\}|name\/\{name\}|filter)?$/,
  /^\/flow_runs\/(\{id\}|filter|count|\{id\}\/set_state|\{id\}\/labels)?$/,
  /^\/task_runs\/(\{id\}|filter|\{id\}\/set_state)?$/,
  /^\/(flow|task)_run_states\/$/,
  /^\/deployments\/(\{id\}|name\/.*|filter|\{id\}\/(create_flow_run|pause_deployment|resume_deployment|schedules.*))?$/,
  /^\/logs\/(filter)?$/,
  /^\/work_pools\//,
  /^\/artifacts\/(\{id\}|filter|\{key\}\/latest)?$/,
  /^\/variables\/(name\/\{name\}|filter)?$/,
  /^\/block_(types|schemas|documents)\/(slug\/\{slug\}|slug\/.*\/name\/.*|filter|\{id\})?$/,
  /^\/v2\/concurrency_limits\/(\{id_or_name\}|filter|increment-with-lease|decrement-with-lease|leases\/.*)?$/,
];

function reduceOpenapi(document) {
  const paths = {};
  for (const [name, methods] of Object.entries(document.paths)) {
    const relative = name.replace(/^\/api/, '');
    if (name.startsWith('/api/') && PATHS.some((pattern) => pattern.test(relative)))
      paths[relative] = bare(methods);
  }
  const schemas = {};
  const reach = (value) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name in schemas) continue;
      schemas[name] = bare(document.components.schemas[name]);
      reach(schemas[name]);
    }
  };
  reach(paths);
  return {
    openapi: document.openapi,
    info: { title: 'Prefect REST API', version: document.info.version },
    paths: sorted(paths),
    components: { schemas: sorted(schemas) },
  };
}

/** Without descriptions and titles, and without the header that every path repeats. */
function bare(value, parent) {
  if (Array.isArray(value)) {
    const items = parent === 'parameters' ? value.filter((item) => item.in !== 'header') : value;
    return items.map((item) => bare(item));
  }
  if (typeof value !== 'object' || value === null) return value;
  // Below these, keys are names of the API's own and not words of OpenAPI.
  const names = parent === 'properties' || parent === 'default';
  const kept = Object.entries(value).filter(
    ([key, entry]) => names || (!DROPPED.has(key) && !(key === 'title' && typeof entry === 'string')),
  );
  return Object.fromEntries(kept.map(([key, entry]) => [key, bare(entry, names ? undefined : key)]));
}

const DROPPED = new Set(['description', 'summary', 'tags', 'examples', 'example', 'externalDocs']);

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function main(apiUrl) {
  const document = await (await fetch(new URL('/openapi.json', apiUrl))).json();
  const version = await (await fetch(`${apiUrl}/admin/version`)).json();
  const target = path.join(__dirname, '..', 'openapi', `prefect-${version}.json`);
  fs.writeFileSync(target, `${JSON.stringify(reduceOpenapi(document), null, 1)}\n`);
  process.stdout.write(`${target}\n`);
}

if (require.main === module) void main(process.argv[2]);

module.exports = { reduceOpenapi };
