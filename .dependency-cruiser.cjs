// The walls of docs/architecture.md. A room may import what stands beside it and nothing else.
const rooms = {
  contracts: [],
  domain: ['contracts'],
  db: ['contracts', 'domain'],
  services: ['contracts', 'domain', 'db', 'workflows/order/messages'],
  partners: ['contracts', 'domain'],
  workflows: ['contracts', 'domain', 'activities'],
  activities: ['contracts', 'domain', 'services', 'partners', 'db'],
  temporal: ['contracts', 'domain', 'services', 'db', 'runtime', 'workflows'],
  runtime: ['contracts', 'domain'],
  worker: ['contracts', 'runtime', 'activities', 'services', 'temporal', 'db'],
  api: ['contracts', 'services', 'runtime', 'temporal', 'db'],
  console: ['contracts', 'domain', 'services', 'runtime', 'temporal', 'db'],
  local: ['runtime', 'db', 'contracts', 'temporal'],
  simulators: ['contracts'],
  launcher: [],
};

// Across these walls types may pass, values may not.
const typesOnly = [
  ['workflows', '^(activities|contracts|domain)/'],
  ['services', '^workflows/'],
  ['activities', '^db/'],
  ['api', '^db/'],
  ['console', '^db/'],
  ['worker', '^db/'],
  ['domain', '^contracts/settings'],
];

const compositionRoot = '(^|/)(main|[a-z-]+-main|build-deps)\\.ts$';

const walls = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-its-neighbours`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: compositionRoot },
  to: {
    path: `^(?!${[room, ...allowed].map((name) => `${name}(/|\\.)`).join('|')})[a-z]+/`,
    dependencyTypesNot: ['core'],
  },
}));

const typeWalls = typesOnly.map(([room, path]) => ({
  name: `${room}-takes-only-types-from-${path.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: compositionRoot },
  to: { path, dependencyTypesNot: ['type-only'] },
}));

module.exports = {
  forbidden: [
    ...walls,
    ...typeWalls,
    {
      name: 'nothing-imports-tests-benchmarks-or-local-tools',
      severity: 'error',
      from: { pathNot: '^((test|bench|chaos|local|simulators)/|vitest[.]config[.]ts$)' },
      to: { path: '^(test|bench|chaos|local|simulators)/' },
    },
    {
      name: 'the-checker-shares-no-code-with-what-it-checks',
      severity: 'error',
      from: { path: '^chaos/check/' },
      to: { pathNot: '^chaos/(check/|record[.]ts|grouped[.]ts)' },
    },
    {
      name: 'no-node-in-pure-rooms',
      severity: 'error',
      comment: 'Workflows are replayed and domain decides: neither may touch the machine.',
      from: { path: '^(workflows|domain)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^(node_modules|var|dist|coverage)' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
