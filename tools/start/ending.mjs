/** What a shell says of a process that Ctrl-C ended. */
export const INTERRUPTED = 130;
/** The terminal sends Ctrl-C to npm and to us, and npm sends us its own once more: so soon, it is one and the same. */
const SAME_MS = 500;

/**
 * Ends a run once: in order at the first signal, at once at a second one.
 * @param {{ show: (line: string) => void, inOrder: () => Promise<void>, atOnce: () => void }} ways `atOnce` makes what `inOrder` waits for end
 */
export class Ending {
  #ways;
  #begunAt;

  constructor(ways) {
    this.#ways = ways;
  }

  get begun() {
    return this.#begunAt !== undefined;
  }

  /** Listens for the signals that end the process. */
  listen() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => this.#signalled());
    return this;
  }

  /** Ends in order, with this exit code; does nothing where that has begun. */
  end(code, why) {
    if (this.begun) return;
    this.#begunAt = performance.now();
    this.#ways.show(why);
    process.exitCode = code;
    void this.#ways.inOrder();
  }

  #signalled() {
    if (!this.begun) this.end(0, '\nStopping … (Ctrl-C once more ends everything at once)');
    else if (performance.now() - this.#begunAt > SAME_MS) this.#endAtOnce();
  }

  #endAtOnce() {
    this.#ways.show('Ending at once …');
    process.exitCode = INTERRUPTED;
    this.#ways.atOnce();
  }
}
