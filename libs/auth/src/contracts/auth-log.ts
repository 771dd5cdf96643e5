/** Where the parts of this library say what an operator should know: one line per change, never a secret and never a token. */
export interface AuthLog {
  log(line: string): void;
  warn(line: string): void;
}
