import type { Clock } from '@minos/common';

/** Who has heard nobody for so long behind its own greeting, in milliseconds, is alone. */
const ANSWER_MS = 2_000;
/** Between greetings, until one has come back, and from then on. */
const UNHEARD_MS = 1_000;
const ALONE_MS = 30_000;

/** The words by which processes find each other; no names of channels. */
export const HELLO = '?';
export const HERE = '!';

/**
 * Whether anybody else listens to what this process would say: each that begins to listen greets, and those that are there answer. Its own greeting comes back to it, so one that
 * was lost proves nothing.
 */
export class HintPeers {
  private found = false;
  private aloneFrom = Infinity;

  constructor(private readonly clock: Clock) {}

  /** The connection is new: whoever is there has to be found again. */
  reset(): void {
    this.found = false;
    this.aloneFrom = Infinity;
  }

  /** Its own greeting has come back, so all others who listen have it too. */
  greeted(): void {
    this.aloneFrom = Math.min(this.aloneFrom, this.clock.monotonic() + ANSWER_MS);
  }

  /** Somebody else has said something. */
  met(): void {
    this.found = true;
  }

  /** How long to wait before greeting again: one greeting, or the answer to it, may be lost. `undefined` where somebody was found. */
  get greetAgainMs(): number | undefined {
    if (this.found) return undefined;
    return this.aloneFrom === Infinity ? UNHEARD_MS : ALONE_MS;
  }

  /** Where that is not known for certain there may be somebody. */
  get alone(): boolean {
    return !this.found && this.clock.monotonic() >= this.aloneFrom;
  }
}
