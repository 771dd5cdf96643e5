import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { platformPackage } from './find-binaries.js';

interface Outcome {
  readonly source?: string;
  readonly code?: string;
  readonly message?: string;
  readonly lines: string[];
}

/** Runs the shipped package in a project of its own, so that it finds what that project has installed. */
describe('where the programs come from', () => {
  const root = resolve(__dirname, '../../../..');
  const platform = platformPackage();
  let project: string;
  beforeEach(() => {
    // Only its owner can enter it, as with a home directory of root.
    project = mkdtempSync(join(tmpdir(), 'minos-binaries-'));
    cpSync(join(root, 'libs/embedded-postgres/dist'), join(project, 'package'), { recursive: true });
    mkdirSync(join(project, 'tmp'));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const start = async (environment: Record<string, string>): Promise<Outcome> => {
    const script = `
      const { findBinaries } = require(${JSON.stringify(join(project, 'package/binaries/find-binaries.js'))});
      const { serverUser } = require(${JSON.stringify(join(project, 'package/server/run-as.js'))});
      const lines = [];
      findBinaries(serverUser(), (line) => lines.push(line))
        .then(({ source }) => ({ source }), ({ code, message }) => ({ code, message }))
        .then((outcome) => console.log(JSON.stringify({ ...outcome, lines })));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env: environment, cwd: project });
    return JSON.parse(stdout) as Outcome;
  };

  it('uses the package, as a copy where the user of the server cannot get to it', async () => {
    const installed = join(project, 'node_modules', platform);
    cpSync(join(root, 'node_modules', platform), installed, {
      recursive: true,
      verbatimSymlinks: true,
      // As npm leaves it when install scripts do not run.
      filter: (file) => !lstatSync(file).isSymbolicLink(),
    });
    const first = await start({ PATH: '' });
    expect(first).toMatchObject({ source: 'embedded' });
    const asRoot = process.getuid?.() === 0;
    expect(first.lines).toEqual(asRoot ? [expect.stringContaining('making a copy')] : []);
    for (const name of readdirSync(tmpdir())) {
      if (asRoot && name.startsWith('minos-postgres-') && name.endsWith(createHash('sha256').update(installed).digest('hex').slice(0, 8)))
        rmSync(join(tmpdir(), name), { recursive: true });
    }
  });

  it('takes a postgres on the PATH where the package is not installed', async () => {
    const outcome = await start({ PATH: process.env['PATH'] ?? '' });
    if (outcome.source === undefined) expect(outcome.message).toContain('there is no postgres on the PATH');
    else expect(outcome.source).toBe('path');
  });

  it('says what it looked for when there is nothing', async () => {
    expect(await start({ PATH: join(project, 'tmp') })).toMatchObject({
      code: 'EMBEDDED_POSTGRES_NOT_FOUND',
      message: expect.stringMatching(new RegExp(`${platform} is not installed[\\s\\S]*no postgres on the PATH[\\s\\S]*Set DATABASE_URL`)),
    });
  });
});
