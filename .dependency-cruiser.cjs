/**
 * Imports point one way: model <- database <- event-bus <- the seven services <- cli, with orchestration beside the
 * services. Services never import each other; what one needs of another, and flows of them, is wired in packages/cli.
 * README.md draws the same picture.
 */
const LAYERS = [
  ['model', []],
  ['schema-engine', []],
  ['database', ['model']],
  ['event-bus', ['model', 'database']],
  ...['ingestion', 'strategy', 'execution', 'risk', 'analytics', 'notification', 'logging'].map((service) => [
    service,
    ['model', 'database', 'event-bus'],
  ]),
  ['local', ['model', 'database', 'schema-engine']],
  ['orchestration', ['model', 'database', 'event-bus', 'local']],
];

/** Packages and folders that may import any of the above. */
const TESTS = '\\.test\\.ts$|/test/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '/generated/' },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    ...LAYERS.map(([name, allowed]) => ({
      name: `${name}-imports-only-${allowed.join('-') || 'nothing-of-ours'}`,
      severity: 'error',
      from: { path: `^packages/${name}/`, pathNot: TESTS },
      to: { path: '^(packages|benchmarks)/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
    })),
    {
      name: 'only-the-front-door',
      comment: 'A package is used through its index.ts, never through a file inside it.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/testing/src/faults/index\\.ts$',
        ],
      },
    },
    {
      name: 'testing-is-for-tests-and-benchmarks',
      severity: 'error',
      from: { path: '^packages/(?!testing/)', pathNot: TESTS },
      to: { path: '^packages/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/generated/'] },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    parser: 'tsc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['@trading/source', 'node', 'require', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
