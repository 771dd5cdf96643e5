import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOf, importsOf, leaksOf } from './declarations.mjs';
import { LIMIT, findWaivers, waiversIn } from './waivers.mjs';

describe('lint waivers', () => {
  it('are few, and each says why', () => {
    const waivers = findWaivers();
    expect(waivers.filter((waiver) => !waiver.reasoned)).toEqual([]);
    expect(waivers.length).toBeLessThanOrEqual(LIMIT);
  });

  it('are found in every spelling', () => {
    const disable = ['eslint', 'disable'].join('-');
    const text = [`// ${disable}-next-line no-var -- the vendor's type says so`, `/* ${disable} */`, '// @ts-' + 'ignore', 'plain'].join(
      '\n',
    );
    expect(waiversIn('a.ts', text)).toEqual([
      { place: 'a.ts:1', reasoned: true },
      { place: 'a.ts:2', reasoned: false },
      { place: 'a.ts:3', reasoned: false },
    ]);
  });
});

describe('declarations of main entries', () => {
  const manifest = {
    name: '@minos/x',
    types: './dist/index.d.ts',
    dependencies: { '@minos/common': '1.0.0' },
    peerDependencies: { rxjs: '^7.0.0', typeorm: '^1.0.0', pg: '^8.0.0' },
    peerDependenciesMeta: { typeorm: { optional: true } },
  };

  it('may name required packages that bring their types', () => {
    expect(['rxjs', 'rxjs/operators', 'node:stream'].map((specifier) => faultOf(manifest, specifier))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('may not name an optional peer, a stranger, or a package without types', () => {
    expect(faultOf(manifest, 'typeorm')).toMatch('no required dependency');
    expect(faultOf(manifest, '@nestjs/common')).toMatch('no required dependency');
    expect(faultOf(manifest, 'pg')).toMatch('no types');
  });

  it('are read through relative imports, inline import types included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'minos-declarations-'));
    writeFileSync(join(folder, 'index.d.ts'), "export { a } from './a.js';\n");
    writeFileSync(join(folder, 'a.d.ts'), "import './index.js';\nexport declare const a: import('typeorm').DataSource;\n");
    const leaks = leaksOf(manifest, join(folder, 'index.d.ts'));
    rmSync(folder, { recursive: true });
    expect(leaks).toEqual([expect.stringMatching(/a\.d\.ts: 'typeorm' is no required dependency/)]);
    expect(importsOf("import type { A } from 'x';")).toEqual(['x']);
  });
});
