/** Programs of one PostgreSQL installation that was seen to run. */
export interface Binaries {
  readonly source: 'embedded' | 'path';
  readonly initdb: string;
  readonly postgres: string;
  /** For example `18.4`. */
  readonly version: string;
  readonly major: number;
}

export const executable = (name: string): string => (process.platform === 'win32' ? `${name}.exe` : name);
