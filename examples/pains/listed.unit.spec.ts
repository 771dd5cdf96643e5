import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const GUIDE = resolve(__dirname, '../../docs/what-goes-wrong-without-it.md');

/** Each named test, as `<file>: <title>`. */
function testsInFolder(): string[] {
  const files = readdirSync(__dirname).filter((file) => /^\d\d-.*\.spec\.ts$/.test(file));
  return files.flatMap((file) =>
    [...readFileSync(join(__dirname, file), 'utf8').matchAll(/\bit\(\s*'((?:plain Nest|Minos): .*?)'/g)].map(
      ([, title]) => `${file}: ${title}`,
    ),
  );
}

function testsInGuide(): string[] {
  const [, ...sections] = readFileSync(GUIDE, 'utf8').split(/^## /m);
  return sections.flatMap((section) => {
    const file = /\.\.\/examples\/pains\/([^)]+)/.exec(section)?.[1] ?? 'no file';
    return [...section.matchAll(/^\| (plain Nest|Minos) +\| (.*?) *\|$/gm)].map(([, side, title]) => `${file}: ${side}: ${title}`);
  });
}

describe('what goes wrong without it', () => {
  it('names every test of this folder, and nothing else', () => {
    expect(testsInGuide()).toEqual(testsInFolder());
  });

  it('shows each pain on plain Nest and here', () => {
    const sidesOf = new Map<string, Set<string>>();
    for (const test of testsInFolder()) {
      const [file = '', side = ''] = test.split(': ');
      sidesOf.set(file, (sidesOf.get(file) ?? new Set()).add(side));
    }
    expect([...sidesOf].filter(([, sides]) => sides.size !== 2)).toEqual([]);
    expect(sidesOf.size).toBeGreaterThanOrEqual(22);
  });
});
