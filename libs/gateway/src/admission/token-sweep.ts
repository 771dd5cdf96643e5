import type { Principal } from '@minos/common';
import { type Authenticator, type Identity, isPromise } from './authenticator.js';
import { PROBLEMS } from '../problems/problem.js';

/** What runs on behalf of somebody who was let in a while ago. */
export interface Lasting {
  /** As it was when it was let in. */
  readonly authorization: string | undefined;
  /** `undefined`: of nobody, so nothing can be taken back. */
  readonly principal: Principal | undefined;
  /** Whether it ends when the time of the token is over; else only where the caller was logged out or disabled. */
  readonly endsWithToken: boolean;
  /** Called again with each sweep until it is gone. */
  end(): void;
}

const EVERY_MS = 1_000;

/** Ends what outlives its caller's right to it. One look a second at all that runs: a timer for each would cost more than most requests. */
export class TokenSweep {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly lasting: () => Iterable<Lasting>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => this.sweep(), EVERY_MS).unref();
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private sweep(): void {
    for (const one of this.lasting()) {
      try {
        if (one.principal !== undefined) this.look(one, one.principal);
      } catch (error) {
        // The verifier can be the application's own. As where keys cannot be had: nothing ends.
        this.failed(error);
      }
    }
  }

  private look(one: Lasting, principal: Principal): void {
    if (this.authenticator.isTakenBack(principal)) return one.end();
    if (!one.endsWithToken) return;
    const identity = this.authenticator.authenticate(one.authorization);
    if (isPromise(identity)) void identity.then((found) => endRefused(one, found));
    else endRefused(one, identity);
  }
}

/** Where keys cannot be had for a while nothing ends. */
function endRefused(one: Lasting, identity: Identity): void {
  if ('refusal' in identity && identity.refusal === PROBLEMS.tokenRefused) one.end();
}
