import { withImport } from './imports.js';
import { withFeature, withModuleElement } from './module-metadata.js';
import { SourceText } from './source-text.js';

const source = (text: string): SourceText => new SourceText('/src/app.module.ts', text);
const providing = (metadata: string): string => withModuleElement(source(`@Module(${metadata})\nclass A {}`), 'providers', 'New').text;

describe('an element of a module', () => {
  it.each([
    ['an empty list', '{ providers: [] }', '{ providers: [New] }'],
    ['one on its line', '{ providers: [A, B] }', '{ providers: [A, B, New] }'],
    ['one with a trailing comma', '{ providers: [A,] }', '{ providers: [A, New,] }'],
    ['lines', '{\n  providers: [\n    A,\n    B,\n  ],\n}', '{\n  providers: [\n    A,\n    B,\n    New,\n  ],\n}'],
    ['lines without a trailing comma', '{\n  providers: [\n    A,\n    B\n  ]\n}', '{\n  providers: [\n    A,\n    B,\n    New\n  ]\n}'],
    [
      'lines with comments',
      '{\n  providers: [\n    A, // first\n    B, // last\n    // none\n  ],\n}',
      '{\n  providers: [\n    A, // first\n    B, // last\n    New,\n    // none\n  ],\n}',
    ],
    [
      'lines with comments and no trailing comma',
      '{\n  providers: [\n    A,\n    B // last\n  ],\n}',
      '{\n  providers: [\n    A,\n    B, // last\n    New\n  ],\n}',
    ],
    ['no metadata', '{}', '{\n  providers: [New],\n}'],
    ['other lists', '{\n\tcontrollers: [C],\n}', '{\n\tcontrollers: [C],\n\tproviders: [New],\n}'],
    ['other lists on one line', '{ controllers: [C] }', '{ controllers: [C], providers: [New] }'],
    [
      'objects and spreads',
      '{ providers: [...ALL, { provide: T, useValue: [1] }] }',
      '{ providers: [...ALL, { provide: T, useValue: [1] }, New] }',
    ],
    ['itself', '{ providers: [New, A] }', '{ providers: [New, A] }'],
  ])('joins %s', (_what, before, after) => {
    expect(providing(before)).toBe(`@Module(${after})\nclass A {}`);
  });

  it('keeps the line ends of the file', () => {
    expect(providing('{\r\n  providers: [\r\n    A,\r\n  ],\r\n}')).toContain('    A,\r\n    New,\r\n  ],\r\n');
  });

  it.each(['{ providers: LIST }', '{ providers }', 'OPTIONS', '{ providers: [].concat(LIST) }'])('is refused by %s', (metadata) => {
    expect(() => providing(metadata)).toThrow(expect.objectContaining({ code: 'MODULE_UNREADABLE' }));
  });

  it('joins the feature that is there', () => {
    const module = (feature: string): SourceText => source(`@Module({ imports: [MinosModule.forFeature(${feature})] })\nclass A {}`);
    expect(withFeature(module('{ messages: [M] }'), 'aggregates', 'New').text).toContain(
      'forFeature({ messages: [M], aggregates: [New] })',
    );
    expect(withFeature(module('{ aggregates: [M] }'), 'aggregates', 'New').text).toContain('forFeature({ aggregates: [M, New] })');
    expect(() => withFeature(module('FEATURE'), 'aggregates', 'New')).toThrow(expect.objectContaining({ code: 'MODULE_UNREADABLE' }));
  });
});

describe('an import', () => {
  it.each([
    ['the first of the file', '// A file.\n', "import { New } from './new';\n// A file.\n"],
    ['the last of several', "import { A } from 'a';\n\nA();\n", "import { A } from 'a';\nimport { New } from './new';\n\nA();\n"],
    ['as the file writes it', 'import { A } from "a"; // a\n', 'import { A } from "a"; // a\nimport { New } from "./new";\n'],
    ['beside others of its module', "import { A, B } from './new';\n", "import { A, B, New } from './new';\n"],
    ['beside a type', "import type { T } from './new';\n", "import type { T } from './new';\nimport { New } from './new';\n"],
    ['not again', "import { New } from 'elsewhere';\n", "import { New } from 'elsewhere';\n"],
  ])('is %s', (_where, before, after) => {
    expect(withImport(source(before), 'New', './new').text).toBe(after);
  });
});
