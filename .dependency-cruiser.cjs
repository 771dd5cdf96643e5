const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** Which library may import which: the last column of the table of packages. */
const ARROWS = {
  common: [],
  'embedded-postgres': [],
  postgres: ['common'],
  messaging: ['common', 'postgres'],
  'event-sourcing': ['common', 'postgres', 'messaging'],
  cqrs: ['common', 'postgres', 'messaging', 'event-sourcing'],
  health: ['common'],
  saga: ['common', 'postgres', 'messaging', 'event-sourcing', 'cqrs'],
  auth: ['common', 'postgres'],
  discovery: ['common', 'auth', 'postgres'],
  gateway: ['common', 'auth', 'discovery'],
  nest: ['common', 'embedded-postgres', 'postgres', 'messaging', 'event-sourcing', 'cqrs', 'saga', 'health'],
  schematics: [],
  'shop-contracts': ['common'],
};

/** Main entries that work without a container. */
const PLAIN = [
  'common',
  'embedded-postgres',
  'postgres',
  'messaging',
  'event-sourcing',
  'schematics',
  'shop-contracts',
  'auth',
  'discovery',
  'gateway',
];

const ADAPTERS = 'memory|postgres|kafka';
const SPECS = '\\.(unit|type|int|e2e|fault)\\.spec\\.ts$';

const libraries = readdirSync(join(__dirname, 'libs'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const unknown = libraries.filter((library) => !(library in ARROWS));
if (unknown.length > 0)
  throw new Error(`.dependency-cruiser.cjs: ARROWS has no row for libs/${unknown.join(', libs/')}; add what it may import`);

/** What the `exports` of each package name, as source files. */
const FACES = libraries.flatMap((library) =>
  Object.values(require(`./libs/${library}/package.json`).exports)
    .map((target) => (typeof target === 'string' ? target : target.default))
    .map((file) => `^libs/${library}/${file.slice(2).replace(/^dist/, 'src').replace(/\.js$/, '.ts')}$`),
);

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const arrows = libraries.map((library) => {
  const allowed = [library, ...ARROWS[library]].join('|');
  return forbid(`arrow-${library}`, `libs/${library} may import: ${ARROWS[library].join(', ') || 'no other library'}`, source(library), {
    path: `^libs/(?!(${allowed})/)`,
  });
});

function source(library) {
  return { path: `^libs/${library}/src/`, pathNot: SPECS };
}

module.exports = {
  forbidden: [
    ...arrows,
    forbid('no-loops', 'Type imports count too; split what both need into a third file', { pathNot: SPECS }, { circular: true }),
    forbid(
      'own-barrel',
      'A file imports its neighbours by path, never through its own package',
      { path: '^libs/([^/]+)/src/', pathNot: SPECS },
      { path: '^libs/$1/src/index\\.ts$' },
    ),
    forbid(
      'own-name',
      'A file imports its neighbours by path, never through its own package',
      { path: '^libs/([^/]+)/src/', pathNot: SPECS },
      { path: '^libs/$1/', dependencyTypes: ['aliased'] },
    ),
    forbid(
      'public-face-libs',
      'Of another library only what its exports name',
      { path: '^libs/([^/]+)/src/', pathNot: SPECS },
      { path: '^libs/(?!$1/)[^/]+/', pathNot: FACES },
    ),
    forbid(
      'public-face-apps',
      'An app imports public faces only, and no other app',
      { path: '^apps/([^/]+)/' },
      { path: '^(libs|apps/(?!$1/))', pathNot: FACES },
    ),
    forbid(
      'adapters-apart',
      'An adapter imports contracts, never another adapter',
      { path: `^libs/([^/]+)/.*/(${ADAPTERS})/`, pathNot: SPECS },
      { path: `^libs/$1/.*/(${ADAPTERS})/`, pathNot: '^libs/$1/.*/$2/' },
    ),
    forbid(
      'contracts-low',
      'Ports stand on errors and other ports only',
      { path: '^libs/([^/]+)/src/contracts/', pathNot: SPECS },
      { path: '^libs/$1/src/', pathNot: '^libs/$1/src/(contracts|errors)/' },
    ),
    forbid(
      'contracts-pure',
      'Ports know no I/O, no container, no driver',
      { path: '^libs/[^/]+/src/contracts/', pathNot: SPECS },
      { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional'], pathNot: '^libs/' },
    ),
    forbid(
      'errors-low',
      'The base of the errors stands on nothing but contracts',
      { path: '^libs/([^/]+)/src/errors/', pathNot: SPECS },
      { path: '^libs/$1/src/', pathNot: '^libs/$1/src/(contracts|errors)/' },
    ),
    forbid(
      'no-container',
      'The main entry works without Nest; what wires belongs in module/',
      { path: `^libs/(${PLAIN.join('|')})/src/index\\.ts$` },
      { path: '(^|/)(@nestjs/|typeorm(/|$))', reachable: true },
    ),
    forbid(
      'typeorm-apart',
      'TypeORM is an optional peer: the main entry never loads it, ./typeorm does',
      { path: '^libs/cqrs/src/index\\.ts$' },
      { path: '(^|/)typeorm(/|$)', reachable: true },
    ),
    forbid(
      'development-server',
      'Imported only at the moment it is needed, never when a program loads',
      { path: '^(libs/(?!embedded-postgres/)|apps/)', pathNot: SPECS },
      { path: '^libs/embedded-postgres/', dynamic: false, dependencyTypesNot: ['type-only', 'type-import', 'require'] },
    ),
    forbid('specs-are-leaves', 'Nothing imports a spec', {}, { path: SPECS }),
    forbid(
      'listed',
      'A library lists what it imports in its package.json',
      { path: '^libs/[^/]+/src/', pathNot: SPECS },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'] },
    ),
    forbid('resolvable', 'Every import leads somewhere', { pathNot: SPECS }, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.arrows.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
