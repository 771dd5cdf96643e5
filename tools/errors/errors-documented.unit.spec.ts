import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { codesIn, codesOfSources, differences } from './error-codes.mjs';

const TABLE = `| code | package | retryable | when | what to do |
|---|---|---|---|---|
| A_ONE | common | no | it happens | do it |
| B_TWO | postgres | yes | it happens | do it |`;
const KNOWN = [
  { code: 'A_ONE', package: 'common', retryable: 'no', where: 'libs/common/src/a.errors.ts' },
  { code: 'B_TWO', package: 'postgres', retryable: 'yes', where: 'libs/postgres/src/b.errors.ts' },
];

describe('docs/errors.md', () => {
  it('lists every error code of the suite once, as its class has it, and no other', () => {
    expect(differences(codesOfSources(), readFileSync(join(ROOT, 'docs/errors.md'), 'utf8'))).toEqual([]);
  });

  it('has codes to list, each claimed by one class in a file of errors', () => {
    const codes = codesOfSources();
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter(({ where }) => !where.endsWith('.errors.ts'))).toEqual([]);
    const claimed = codes.map(({ code }) => code);
    expect(claimed.filter((code, index) => claimed.indexOf(code) !== index)).toEqual([]);
  });
});

describe('the comparison', () => {
  it('finds nothing where both agree', () => {
    expect(differences(KNOWN, TABLE)).toEqual([]);
  });

  it.each([
    ['a code that is not listed', TABLE.replace(/\n.*B_TWO.*/, ''), 'B_TWO (libs/postgres/src/b.errors.ts) is not listed'],
    ['a code that no class has', `${TABLE}\n| C_OLD | nest | no | once | nothing |`, 'C_OLD is listed, but no class has it'],
    ['a code that is listed twice', `${TABLE}\n| B_TWO | postgres | yes | it | do |`, 'B_TWO is listed twice'],
    ['another package', TABLE.replace('postgres', 'nest'), 'B_TWO is listed for nest, but stands in libs/postgres/src/b.errors.ts'],
    ['another answer to retryable', TABLE.replace('| yes', '| no'), 'B_TWO is listed with retryable "no", but its class says "yes"'],
    ['no advice', TABLE.replace('| do it |', '| |'), 'A_ONE lacks when it happens or what to do'],
  ])('finds %s', (_what, table, sentence) => {
    expect(differences(KNOWN, table)).toEqual([sentence]);
  });

  it('finds rows out of order', () => {
    const [head, line, a, b] = TABLE.split('\n');
    expect(differences(KNOWN, [head, line, b, a].join('\n'))).toEqual(['A_ONE is listed out of order']);
  });

  it('reads the classes of a file', () => {
    const text = `export class A extends MinosError {\n  readonly code = 'A_ONE' as const;\n  readonly retryable = false;\n}
export abstract class Base extends MinosError {}
export class B extends Base {\n  readonly retryable = true;\n  readonly code: string = 'B_TWO';\n}`;
    expect(codesIn('libs/common/src/a.errors.ts', text)).toMatchObject([
      { code: 'A_ONE', package: 'common', retryable: 'no' },
      { code: 'B_TWO', retryable: 'yes' },
    ]);
  });

  it('reads the closed union of a class', () => {
    const text = `export type MyErrorCode =\n  | 'A_ONE'\n  | 'B_TWO';\n  this.retryable = code === 'B_TWO';`;
    expect(codesIn('libs/common/src/a.errors.ts', text)).toMatchObject([
      { code: 'A_ONE', retryable: 'no' },
      { code: 'B_TWO', retryable: 'yes' },
    ]);
  });
});
