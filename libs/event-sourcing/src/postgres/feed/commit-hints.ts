/** Tells listeners that something may have been committed. A hint may be missing, early or wrong; it only makes readers look sooner. */
export interface HintSource {
  /** Whether commits of all processes are told of now, so that looking without a hint is for what is lost on the way. Missing: they are not. */
  readonly connected?: boolean;
  /** Returns how to stop listening. Listeners may not throw. */
  onHint(listener: () => void): () => void;
}

/** Hints within one process: whoever commits calls {@link hint}, who waits for events listens. */
export class CommitHints implements HintSource {
  private readonly listeners = new Set<() => void>();

  hint(): void {
    for (const listener of [...this.listeners]) listener();
  }

  onHint(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
