import type { Writable } from 'node:stream';
import type { AccessEntry } from './access-entry.js';
import { accessLine, type AccessLineForm } from './access-line.js';

const FLUSH_MS = 100;
/** Lines that wait; what comes beyond them is not written, and how much that is is said. */
const MOST_LINES = 10_000;

/** Writes a line for each request, many at a time: a write for each would cost as much as the request. */
export class AccessLog {
  private lines: string[] = [];
  private lost = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly out: Writable,
    private readonly form: AccessLineForm,
    private readonly now: () => Date = () => new Date(),
  ) {}

  readonly take = (entry: AccessEntry): void => {
    if (this.lines.length >= MOST_LINES) this.lost++;
    else this.lines.push(accessLine(entry, this.form, this.now()));
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  };

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.lines.length === 0) return;
    if (this.lost > 0) this.lines.push(JSON.stringify({ kind: 'access', lost: this.lost }));
    this.out.write(`${this.lines.join('\n')}\n`);
    this.lines = [];
    this.lost = 0;
  }
}
