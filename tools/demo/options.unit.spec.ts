import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { readOptions } from './options.mjs';

const OPTIONS = ['orders', 'doomed', 'concurrency', 'customers', 'url'];

describe('the command line of the demo', () => {
  it('is explained, with every option and where it goes', () => {
    const { help = '' } = readOptions(['--help']) as { help?: string };
    for (const name of OPTIONS) expect(help).toMatch(new RegExp(`^  --${name} <\\w+> +\\S`, 'm'));
    for (const word of ['http://127.0.0.1:8080', 'GATEWAY_PORT', 'ADMIN_EMAIL', 'ADMIN_PASSWORD']) expect(help).toContain(word);
  });

  it('has the options that the README names, and no others', () => {
    const named = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/npm run demo -- ([^`\n]*)/g)].map(([, words]) => words);
    expect(named.length).toBeGreaterThan(1);
    for (const words of named) expect(readOptions((words ?? '').split(' '))).not.toHaveProperty('fault');
  });

  it('has defaults', () => {
    expect(readOptions([])).toEqual({ orders: 1000, doomed: 0.1, concurrency: 32, customers: 16, url: 'http://127.0.0.1:8080' });
  });

  it.each([
    ['--orders', '0'],
    ['--doomed', '10'],
    ['--concurrency', '201'],
    ['--url', 'localhost:8080'],
    ['--url', 'ftp://x'],
    ['--port', '8080'],
  ])('refuses %s %s, and says what fits', (name, value) => {
    expect(readOptions([name, value])).toEqual({ fault: expect.stringMatching(/[^]+\n\nnpm run demo -- /) });
  });
});
