/**
 * Imports point one way: model <- database <- event-bus <- the seven services <- backtest, system <- orchestration, api <- cli.
 * Services never import each other: what one needs of another it takes as an interface, and packages/system wires it.
 * README.md draws the same picture.
 */
const SERVICES = ['ingestion', 'strategy', 'execution', 'risk', 'analytics', 'notification', 'logging'];
const BELOW_SERVICES = ['model', 'database', 'event-bus'];
const LAYERS = [
  ['model', []],
  ['schema-engine', ['database']],
  ['schema-sql', ['model']],
  ['database', ['model']],
  ['event-bus', ['model', 'database']],
  ...SERVICES.map((service) => [service, BELOW_SERVICES]),
  ['backtest', [...BELOW_SERVICES, ...SERVICES]],
  ['system', [...BELOW_SERVICES, ...SERVICES]],
  ['local', ['model', 'database', 'schema-engine']],
  ['api', [...BELOW_SERVICES, 'backtest', 'system']],
  ['client', []],
  // In the browser: it reaches everything else over HTTP.
  ['dashboard', ['client']],
  ['orchestration', [...BELOW_SERVICES, ...SERVICES, 'backtest', 'system', 'local']],
  [
    'cli',
    [...BELOW_SERVICES, ...SERVICES, 'backtest', 'system', 'local', 'schema-sql', 'orchestration', 'api'],
  ],
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
          '^packages/[^/]+/src/index\\.(ts|cjs)$',
          '^packages/testing/src/(faults|fuzz)/index\\.ts$',
        ],
      },
    },
    {
      name: 'nothing-depends-on-benchmarks',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^benchmarks/' },
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
      conditionNames: ['@trading/source', 'node', 'require', 'import', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
