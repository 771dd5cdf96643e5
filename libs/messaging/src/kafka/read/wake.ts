/** A bell: whoever waits goes on when it rings; a ring that nobody heard is heard by the next to wait. */
export class Wake {
  private rung = false;
  private waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  ring(): void {
    if (this.waiting === undefined) this.rung = true;
    else this.waiting.resolve();
    this.waiting = undefined;
  }

  wait(): Promise<void> {
    if (this.rung) {
      this.rung = false;
      return Promise.resolve();
    }
    if (this.waiting === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((done) => (resolve = done));
      this.waiting = { promise, resolve };
    }
    return this.waiting.promise;
  }
}
