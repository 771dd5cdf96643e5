import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The npm scripts that a text names: `npm start`, `npm test`, `npm run x`. */
function scriptsOf(text: string): string[] {
  const names = [...text.matchAll(/npm (start|test)\b(?!:)|npm run (?:--?\S+ )*([a-z][a-z:-]*)/g)].map(
    ([, short, long]) => short ?? long ?? '',
  );
  return [...new Set(names)];
}

describe('the commands of the README', () => {
  const named = scriptsOf(read('README.md'));

  it('exist', () => {
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'lint', 'build']));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('are what .ci/run calls, but for the long and the endless ones, and what is for Docker', () => {
    const called = scriptsOf(
      read('.ci/run') +
        read('tools/ci/start.mjs').replaceAll(/'npm', \[([^\]]+)\]/g, (_, words: string) => `npm ${words.replaceAll(/['",]/g, '')}`),
    );
    expect(named.filter((name) => !called.includes(name))).toEqual(['compose:secrets', 'start:dev', 'test:faults']);
  });

  it('begin with how to run it and how to test it', () => {
    const blocks = [...read('README.md').matchAll(/```sh\n([^`]*)```/g)].map(([, block]) => block?.trim());
    expect(blocks.slice(0, 2)).toEqual(['npm ci && npm start', 'npm test']);
    expect(read('README.md').indexOf('npm test')).toBeLessThan(read('README.md').indexOf('```ts'));
  });
});
