export interface JoinedSignals {
  /** Aborts with the first of them, for its reason. */
  readonly signal: AbortSignal;
  /** Lets them go, which may live longer: what aborts behind that is not heard. Idempotent. */
  readonly release: () => void;
}

/** One signal out of several. Not by `AbortSignal.any`, whose signals Node 20 may collect while somebody waits for them. */
export function joinSignals(...signals: readonly AbortSignal[]): JoinedSignals {
  const joined = new AbortController();
  const listeners = signals.map((signal) => ({ signal, heard: (): void => joined.abort(signal.reason) }));
  for (const { signal, heard } of listeners) {
    signal.addEventListener('abort', heard, { once: true });
    if (signal.aborted) heard();
  }
  const release = (): void => {
    for (const { signal, heard } of listeners) signal.removeEventListener('abort', heard);
  };
  return { signal: joined.signal, release };
}
