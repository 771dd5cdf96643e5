import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { faultsOf, listDocuments, regionOf, rewrite, snippetsOf } from './snippets.mjs';

const SOURCE = [
  'class A {',
  '  // #region method',
  '  go(): void {',
  '    // #region inner',
  '    stop();',
  '    // #endregion',
  '  }',
  '  // #endregion',
  '}',
].join('\n');
const FENCE = '```';

describe('snippets', () => {
  it.each(listDocuments())('of %s equal the regions that they name', (document) => {
    expect(faultsOf(document, readFileSync(join(ROOT, document), 'utf8'))).toEqual([]);
  });

  it('lose the common indentation and the marks of inner regions', () => {
    expect(regionOf(SOURCE, 'method')).toBe('go(): void {\n  stop();\n}');
    expect(regionOf(SOURCE, 'inner')).toBe('stop();');
  });

  it('need their region, and its end', () => {
    expect(regionOf(SOURCE, 'other')).toBeUndefined();
    expect(regionOf('// #region open\nx();', 'open')).toBeUndefined();
    expect(faultsOf('x.md', '<!-- snippet: nowhere.ts#x -->\n')).toEqual(["x.md:1: there is no region 'x' in nowhere.ts"]);
  });

  it('are refused when they are stale or come from nowhere', () => {
    const mark = '<!-- snippet: tools/snippets/snippets.unit.spec.ts#sample -->';
    expect(faultsOf('x.md', `${mark}\n${FENCE}ts\nold();\n${FENCE}\n`)).toEqual([expect.stringMatching(/^x\.md:1: differs/)]);
    expect(faultsOf('x.md', `text\n${FENCE}ts\nfree();\n${FENCE}\n`)).toEqual([
      expect.stringMatching(/^x\.md:2: a TypeScript block without/),
    ]);
  });

  it('are written from their regions', () => {
    // #region sample
    const sample = 1;
    // #endregion
    expect(sample).toBe(1);
    const mark = '<!-- snippet: tools/snippets/snippets.unit.spec.ts#sample -->';
    const written = rewrite(`a\n${mark}\nb`);
    expect(written).toBe(`a\n${mark}\n\n${FENCE}ts\nconst sample = 1;\n${FENCE}\nb`);
    expect(rewrite(written)).toBe(written);
    const close = written.replace('-->\n\n', '-->\n');
    expect(faultsOf('x.md', written).concat(faultsOf('x.md', close))).toEqual([]);
    expect(rewrite(close)).toBe(close);
    expect(snippetsOf(written)).toEqual([expect.objectContaining({ region: 'sample', body: 'const sample = 1;' })]);
  });
});
