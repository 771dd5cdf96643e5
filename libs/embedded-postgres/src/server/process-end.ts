const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is given back when the process ends. */
export interface Leaving {
  leave(): Promise<void>;
  leaveNow(): void;
}

/**
 * Gives back at the end of the process, however it comes (except by SIGKILL, which the next start copes with). On a signal it acts only where nobody
 * else listens: an application with shutdown hooks ends in its own order, and its `stop()` or the exit does the rest. Then the signal is sent again,
 * so that the process ends as it would have without us. Returns a function that takes the listeners away.
 */
export function onProcessEnd(leaving: Leaving, handleSignals: boolean): () => void {
  const atExit = (): void => leaving.leaveNow();
  const atSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    void leaving.leave().finally(() => {
      forget();
      process.kill(process.pid, signal);
    });
  };
  const forget = (): void => {
    process.off('exit', atExit);
    for (const signal of SIGNALS) process.off(signal, atSignal);
  };
  process.on('exit', atExit);
  if (handleSignals) for (const signal of SIGNALS) process.on(signal, atSignal);
  return forget;
}
