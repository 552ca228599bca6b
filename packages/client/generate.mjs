// Writes the types of the API from docs/api/openapi.json, which `npm run docs` derives from the routes.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const here = new URL('.', import.meta.url);
const description = JSON.parse(await readFile(new URL('../../docs/api/openapi.json', here), 'utf8'));
await mkdir(new URL('src/generated/', here), { recursive: true });
await writeFile(new URL('src/generated/api.ts', here), astToString(await openapiTS(description)));
