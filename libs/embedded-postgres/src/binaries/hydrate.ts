import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from '../embedded-postgres.errors.js';

interface LibraryLink {
  /** Both relative to the package. */
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links between shared libraries that an npm package cannot carry; its install script would, but must not be needed.
 * Throws where the folder cannot be written to.
 */
export function makeLibraryLinks(packageFolder: string): void {
  for (const { source, target } of readLinks(packageFolder)) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A copy of the package's programs, complete with links, in a folder that every user can read. Made once per version and user. */
export function copyToReadableFolder(packageFolder: string, version: string): string {
  const origin = createHash('sha256').update(packageFolder).digest('hex').slice(0, 8);
  const name = `minos-postgres-${process.getuid?.() ?? 'user'}-${version}-${process.platform}-${process.arch}-${origin}`;
  const copy = join(tmpdir(), name);
  if (isOurs(copy)) return copy;
  const draft = mkdtempSync(`${copy}-`);
  try {
    cpSync(join(packageFolder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    makeLibraryLinks(draft);
    chmodSync(draft, 0o755);
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was faster.
    if (!isOurs(copy)) throw error;
  }
  return copy;
}

/** Whether the copy exists and only we could have made it: a folder in a shared place is run only if nobody else can write to it. */
function isOurs(copy: string): boolean {
  const found = lstatSync(copy, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const strange = !found.isDirectory() || (process.getuid !== undefined && (found.uid !== process.getuid() || (found.mode & 0o022) !== 0));
  if (!strange) return true;
  throw new EmbeddedPostgresError(
    'EMBEDDED_POSTGRES_BINARIES_UNUSABLE',
    `${copy} exists but belongs to somebody else or can be written by others, so the programs in it are not run. Remove it, or set TMPDIR to a folder of your own.`,
  );
}

function readLinks(packageFolder: string): LibraryLink[] {
  const file = join(packageFolder, 'native', 'pg-symlinks.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LibraryLink[]) : [];
}
