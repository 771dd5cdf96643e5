import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from '../binaries/binaries.js';
import { EmbeddedPostgresError } from '../embedded-postgres.errors.js';
import { run, type ServerUser } from './run-as.js';
import { readState, writeState, type ServerHome } from './server-home.js';

/** From this version on the server brings the locale C.UTF-8 itself. */
const BUILTIN_LOCALE_MAJOR = 17;
const DRAFT = 'data.new-';

/**
 * Makes the data folder unless it is there. It is built beside its place and renamed, so that a killed start leaves nothing half made.
 * The caller holds the lock.
 */
export async function initialise(home: ServerHome, binaries: Binaries, user: ServerUser): Promise<void> {
  for (const name of readdirSync(home.folder))
    if (name.startsWith(DRAFT)) rmSync(join(home.folder, name), { recursive: true, force: true });
  if (existsSync(home.data) && readState(home) !== undefined) return;
  if (existsSync(home.data)) throw lostPassword(home);
  const draft = join(home.folder, `${DRAFT}${process.pid}`);
  const password = randomBytes(18).toString('base64url');
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = join(draft, 'password');
  const data = join(draft, 'data');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid);
  await initdb(data, passwordFile, binaries, user);
  // First the password, then the data: where only the first is there, the next start makes both anew.
  writeState(home, { password });
  renameSync(data, home.data);
  rmSync(draft, { recursive: true, force: true });
}

async function initdb(data: string, passwordFile: string, binaries: Binaries, user: ServerUser): Promise<void> {
  const common = ['-D', data, '-U', 'postgres', '--encoding=UTF8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'];
  const locales =
    binaries.major >= BUILTIN_LOCALE_MAJOR
      ? [['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']]
      : [['--locale=C.UTF-8'], ['--locale=C']];
  let failure: unknown;
  for (const locale of locales) {
    try {
      await run(binaries.initdb, [...common, ...locale], { ...user, cwd: '/', env: serverEnvironment() });
      return;
    } catch (error) {
      failure = error;
      rmSync(data, { recursive: true, force: true });
    }
  }
  throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_START_FAILED', `initdb could not make ${data}: ${(failure as Error).message}`, {
    cause: failure,
  });
}

/** Ours without what would change how the server is set up. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

function lostPassword(home: ServerHome): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'EMBEDDED_POSTGRES_START_FAILED',
    `${home.data} exists, but ${home.state}, which keeps its password, does not. Restore the file, or remove ${home.folder} to begin with an empty server.`,
  );
}
