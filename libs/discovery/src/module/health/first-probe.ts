import type { Clock } from '@minos/common';

/** What is used of a response. */
interface ProbeResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

export interface FirstProbePorts {
  readonly clock: Clock;
  /** None came in time. */
  readonly onGivenUp: () => void;
}

/**
 * The first probe of the registry that finds this process ready: before that nobody is sent here, so whoever takes away another instance meanwhile may take the last one.
 * Kubernetes has the like for its load balancers, readiness gates.
 */
export class FirstProbe {
  private readonly over = new AbortController();
  /** Of the registry, on the monotonic clock; at first the beginning. */
  private lastSign: number | undefined;
  private asking = 0;

  constructor(private readonly ports: FirstProbePorts) {}

  /**
   * It is waited for from now on. A registry that is away, or does not find the way to here, must not keep a release from going on: it is given up where none has come for so long,
   * neither one that finds this process ready nor one that finds it busy with its start.
   */
  begin(withinMs: number): void {
    if (this.lastSign !== undefined || withinMs <= 0) return;
    this.lastSign = this.ports.clock.monotonic();
    void this.giveUp(withinMs);
  }

  /** A probe of the registry has come. While it is answered nothing is awaited: it asks for what else there is. */
  asked(response: ProbeResponse): void {
    if (response.closed) return;
    this.asking += 1;
    response.once('close', () => {
      this.asking -= 1;
      const { statusCode, writableFinished } = response;
      if (!writableFinished || this.lastSign === undefined) return;
      if (statusCode >= 200 && statusCode < 300) this.end();
      this.lastSign = this.ports.clock.monotonic();
    });
  }

  /** It is not waited for any more, whatever comes. Idempotent. */
  end(): void {
    this.over.abort();
  }

  get awaited(): boolean {
    return this.lastSign !== undefined && this.asking === 0 && !this.over.signal.aborted;
  }

  private async giveUp(withinMs: number): Promise<void> {
    const { clock, onGivenUp } = this.ports;
    const { signal } = this.over;
    for (let left = withinMs; left > 0 && !signal.aborted; left = (this.lastSign ?? 0) + withinMs - clock.monotonic())
      await clock.sleep(left, signal).catch(() => undefined);
    if (signal.aborted) return;
    this.over.abort();
    onGivenUp();
  }
}
