/** One run of a handler, which a deadline or the end of the assignment can cut short. */
export class Handling {
  private controller: AbortController | undefined;
  private reason: { readonly error: unknown } | undefined;
  private cut: ((error: unknown) => void) | undefined;

  /** Made when a handler asks for it: most do not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason && !this.controller.signal.aborted) this.controller.abort(this.reason.error);
    return this.controller.signal;
  }

  abort(error: unknown): void {
    if (this.reason) return;
    this.reason = { error };
    this.controller?.abort(error);
    this.cut?.(error);
  }

  /** The outcome of the work, or the reason of the abort, whichever comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.cut = reject;
      if (this.reason) reject(asError(this.reason.error));
      work.then(resolve, reject);
    });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
