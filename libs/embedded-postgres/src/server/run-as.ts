import { execFile, type ExecFileOptions } from 'node:child_process';
import { mkdirSync, chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** PostgreSQL refuses to run as root; root runs it as the user that owns nothing, which every system has. */
const NOBODY = 65_534;

/** The user that the server runs as, where it is not our own. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

export function serverUser(): ServerUser {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Whether every folder above may be passed by the server's user. */
export function isReachable(path: string, user: ServerUser): boolean {
  if (user.uid === undefined) return true;
  for (let folder = path; ; folder = dirname(folder)) {
    const mode = statSync(folder, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}

/** Makes a folder that the server's user can pass; folders that were there keep their modes. */
export function makePassableFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) chmodSync(made, 0o755);
}

/** Runs a program to its end and resolves with what it wrote; rejects with its error output in the message. */
export function run(file: string, args: readonly string[], options: ExecFileOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { ...options, encoding: 'utf8', windowsHide: true }, (error, stdout, stderr) => {
      if (error === null) resolve(String(stdout));
      else reject(Object.assign(new Error(`${file}: ${String(stderr).trim() || error.message}`, { cause: error }), { code: error.code }));
    });
  });
}
