const WIDTH = 32;
const REDRAW_MS = 100;

/** A bar that redraws itself on a terminal, and a plain line per tenth elsewhere. */
export class Progress {
  #done = 0;
  #drawn = 0;
  #tenth = 0;

  /** `note` says more behind the bar. */
  constructor(label, total, note = () => '', out = process.stdout) {
    this.note = note;
    this.label = label;
    this.total = total;
    this.out = out;
    this.begun = performance.now();
  }

  step() {
    this.#done++;
    if (this.out.isTTY) this.#draw();
    else this.#line();
  }

  end() {
    if (this.out.isTTY) this.out.write(`\r${this.#text()}\n`);
  }

  #draw() {
    const now = performance.now();
    if (now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    this.out.write(`\r${this.#text()}`);
  }

  #line() {
    const tenth = Math.floor((this.#done / this.total) * 10);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.out.write(`${this.#text()}\n`);
  }

  #text() {
    const share = this.total === 0 ? 1 : this.#done / this.total;
    const filled = Math.round(share * WIDTH);
    const rate = this.#done / Math.max(0.001, (performance.now() - this.begun) / 1000);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
    return `${this.label.padEnd(8)} ${bar} ${String(this.#done).padStart(String(this.total).length)}/${this.total}  ${rate.toFixed(0).padStart(6)}/s  ${this.note()}`;
  }
}
