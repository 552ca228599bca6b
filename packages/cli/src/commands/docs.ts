import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiDescription } from '@trading/api';
import { isolationDocument } from '@trading/database';
import { errorsDocument, eventsDocument } from '@trading/model';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { requireCheckout } from '../folders';

/** Pages that are derived from data in the code, by their path in the repository. */
const PAGES = {
  'docs/errors.md': errorsDocument,
  'docs/isolation.md': isolationDocument,
  'docs/events.md': eventsDocument,
  'docs/api/openapi.json': apiDescription,
} as const;

/** `trading docs`: writes the pages that are derived from code. */
export function registerDocs(program: Command): void {
  const command = program
    .command('docs')
    .summary('write the pages of docs/ that are derived from code')
    .description(`Writes ${Object.keys(PAGES).join(', ')}. A test fails where they are not current.`);
  onAction(
    withJson(command),
    async (context) => {
      const { root, output } = context;
      requireCheckout(context, 'trading docs');
      const written = Object.entries(PAGES);
      for (const [path, render] of written) await writeFile(join(root, path), await render());
      output.result(
        { written: written.map(([path]) => path) },
        () => `Wrote ${written.map(([path]) => path).join(', ')}`,
      );
      return undefined;
    },
    { needsConfig: false },
  );
}
