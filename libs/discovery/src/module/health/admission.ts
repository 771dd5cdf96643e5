import type { Clock } from '@minos/common';
import type { Registrar } from '../../client/registrar/registrar.js';

/** What is used of a response. */
interface ProbeResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/** A registry that does not find the way to here must not keep a whole release from going on. */
const LONGEST_MS = 10_000;

/**
 * Whether the registry has found this process ready since it began: before that nobody is sent here, so whoever takes away another instance meanwhile may take the last one.
 * Kubernetes has the like for its load balancers, readiness gates.
 */
export class Admission {
  private begunAt: number | undefined;
  /** Nothing is awaited any more, whatever comes. */
  private over = false;
  private asking = 0;

  constructor(
    private readonly registrar: Pick<Registrar, 'status'> | undefined,
    private readonly clock: Clock,
  ) {}

  /** The registration has begun. */
  begin(): void {
    this.begunAt ??= this.clock.monotonic();
  }

  /** A probe of the registry has come. While it is answered nothing is awaited: it asks for what else there is. */
  asked(response: ProbeResponse): void {
    this.asking += 1;
    response.once('close', () => {
      this.asking -= 1;
      const { statusCode, writableFinished } = response;
      if (writableFinished && statusCode >= 200 && statusCode < 300) this.over = true;
    });
  }

  /** Not where the registry is away: who starts without one is ready without one, and stays so when it comes. */
  get awaited(): boolean {
    if (this.begunAt === undefined || this.over || this.asking > 0) return false;
    const { registrations = 0, failures = 0 } = this.registrar?.status ?? {};
    this.over = (registrations === 0 && failures > 0) || this.clock.monotonic() - this.begunAt >= LONGEST_MS;
    return !this.over;
  }
}
