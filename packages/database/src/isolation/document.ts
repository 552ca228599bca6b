import { SERVICE_NAMES, SERVICES } from '../services';
import { FUNCTIONS, TABLES, type TableRule, VERBS } from './matrix';

/** The isolation matrix as Markdown: what docs/isolation.md holds. */
export function isolationDocument(): string {
  return [
    '# Who may touch what',
    '',
    'Written by `npm run docs` from `packages/database/src/isolation/matrix.ts`; a test compares the two, and another',
    'tries every cell on a live database: what is allowed works, everything else fails with SQLSTATE 42501.',
    '',
    'Each service connects as its own login role. **S**elect, **I**nsert, **U**pdate, **D**elete; `·` is nothing.',
    '',
    '## Tables and views',
    '',
    table([
      [
        '',
        ...SERVICE_NAMES.map((service) => `\`${SERVICES[service].role.replace('trading_', '')}\``),
        'rows',
      ],
      ...TABLES.map((rule) => [
        `\`${rule.name}\`${rule.kind === 'view' ? ' (view)' : ''}`,
        ...SERVICE_NAMES.map((service) => initials(rule, service)),
        rule.rows ?? '',
      ]),
    ]),
    '',
    '## Functions',
    '',
    'All that a service may call. One that runs as the owner is `SECURITY DEFINER`: it does what the role itself may not, in',
    'the transaction of the caller.',
    'The text of each is `prisma/sql/<schema>/functions/<name>.sql`.',
    '',
    table([
      ['function', 'called by', 'runs as', 'why'],
      ...FUNCTIONS.map((rule) => [
        `\`${rule.signature}\``,
        rule.callers.map((name) => `\`${name}\``).join(', '),
        rule.runsAs,
        rule.why,
      ]),
    ]),
    '',
  ].join('\n');
}

function initials(rule: TableRule, service: (typeof SERVICE_NAMES)[number]): string {
  const verbs = rule.access[service] ?? [];
  const text = VERBS.filter((verb) => verbs.includes(verb)).map((verb) => verb.charAt(0).toUpperCase());
  return text.join('') || '·';
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
