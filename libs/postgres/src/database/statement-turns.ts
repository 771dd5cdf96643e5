import { AsyncLocalStorage } from 'node:async_hooks';
import { FlushRolledBackError, SavepointEndedError, SavepointHeldError } from './savepoint.errors.js';

/** A savepoint that one asynchronous flow has for itself: until it ends, statements of other flows wait. */
export interface HeldSavepoint {
  readonly turns: StatementTurns;
  readonly parent: HeldSavepoint | undefined;
  /** Whether it belongs to the flow of a {@link SavepointScope}; else to whoever uses the object that began it. */
  readonly scoped: boolean;
  open: boolean;
  /** Whether enlisted changes were written inside it. */
  carriesChanges: boolean;
}

/** The asynchronous flow of one transaction callback. `savepoint` is set once the transaction has begun. */
export interface SavepointScope {
  readonly parent: SavepointScope | undefined;
  savepoint: HeldSavepoint | undefined;
}

interface Waiter {
  readonly place: HeldSavepoint | undefined;
  go(): void;
  refuse(error: Error): void;
}

const flows = new AsyncLocalStorage<SavepointScope>();

/** Runs `work` as a flow of its own: the next savepoint that is begun in it belongs to it and to what it calls. */
export function inSavepointScope<T>(work: () => T): T {
  return flows.run({ parent: flows.getStore(), savepoint: undefined }, work);
}

/** The scope of the surrounding flow whose savepoint has not begun. */
export function freshScope(): SavepointScope | undefined {
  const scope = flows.getStore();
  return scope?.savepoint === undefined ? scope : undefined;
}

/**
 * Whose turn it is on one connection. One statement at a time, in the order of the calls; while a savepoint is held, only statements that belong to
 * it. So work that runs side by side on one transaction cannot fall into a savepoint of another flow and be rolled back with it.
 */
export class StatementTurns {
  private active = 0;
  private waiting: Waiter[] = [];
  private innermost: HeldSavepoint | undefined;
  private loss: Error | undefined;
  private readonly onAnswer = (): void => {
    this.active -= 1;
    if (this.waiting.length > 0) this.next();
  };
  /** Where set and it returns an error, a statement that would have to wait for a savepoint fails with it. */
  impatience: (() => Error | undefined) | undefined;

  /** With `serial: false` statements are sent without waiting for the one before (pipelining). */
  constructor(
    private readonly serial: boolean,
    private readonly patienceMs = 30_000,
  ) {}

  /** Why the transaction may not commit. */
  get spoiled(): Error | undefined {
    return this.loss;
  }

  /** The savepoint of the surrounding flow; throws `SAVEPOINT_ENDED` where it is over. */
  placeOfFlow(): HeldSavepoint | undefined {
    let scope = flows.getStore();
    while (scope !== undefined && scope.savepoint?.turns !== this) scope = scope.parent;
    if (scope?.savepoint?.open === false) throw new SavepointEndedError();
    return scope?.savepoint;
  }

  /** Calls `send` when it is the turn of a statement that belongs to `place`; in the same tick as that is decided. */
  run<T>(place: HeldSavepoint | undefined, send: () => Promise<T>): Promise<T> {
    if (place?.open === false) return Promise.reject(new SavepointEndedError());
    if (this.mayStart(place)) return this.start(send);
    const error = place === this.innermost ? undefined : this.impatience?.();
    if (error) return Promise.reject(error);
    return new Promise((resolve, reject) => this.wait(place, () => resolve(this.start(send)), reject));
  }

  /** Waits for the turn and holds it from then on, until {@link letGo}. */
  hold(place: HeldSavepoint | undefined, scoped: boolean): Promise<HeldSavepoint> {
    return this.run(place, () => {
      this.innermost = { turns: this, parent: place, scoped, open: true, carriesChanges: false };
      return Promise.resolve(this.innermost);
    });
  }

  /** Called when the end of the savepoint is being sent: whatever is sent after that would be outside of it. */
  end(savepoint: HeldSavepoint): void {
    savepoint.open = false;
  }

  /** The end was refused by the server; the savepoint is still there. */
  reopen(savepoint: HeldSavepoint): void {
    savepoint.open = this.holds(savepoint);
    this.next();
  }

  /** The savepoint was released or rolled back, and with it those that were begun inside. */
  letGo(savepoint: HeldSavepoint, how: 'released' | 'rolled back'): void {
    if (!this.holds(savepoint)) return;
    let carries = false;
    for (let held = this.innermost; held !== undefined && held !== savepoint.parent; held = held.parent) {
      held.open = false;
      carries ||= held.carriesChanges;
    }
    this.innermost = savepoint.parent;
    if (carries && how === 'rolled back') this.spoil(new FlushRolledBackError());
    else if (carries && this.innermost) this.innermost.carriesChanges = true;
    this.refuse((waiter) => waiter.place?.open === false, new SavepointEndedError());
    this.next();
  }

  /** From now on the transaction may only be rolled back. The first reason stays. */
  spoil(reason: Error): void {
    this.loss ??= reason;
  }

  /** Notes that changes are written at this place. */
  noteChanges(): void {
    const place = this.placeOfFlow();
    if (place) place.carriesChanges = true;
  }

  /** The transaction is being rolled back: nobody holds anything any more, and what waits is refused. */
  abandon(error: () => Error): void {
    for (let held = this.innermost; held !== undefined; held = held.parent) held.open = false;
    this.innermost = undefined;
    if (this.waiting.length > 0) this.refuse(() => true, error());
  }

  private mayStart(place: HeldSavepoint | undefined): boolean {
    return place === this.innermost && place?.open !== false && (!this.serial || this.active === 0);
  }

  private holds(savepoint: HeldSavepoint): boolean {
    for (let held = this.innermost; held !== undefined; held = held.parent) if (held === savepoint) return true;
    return false;
  }

  /** The promise is the sender's own: one more per statement would be felt in every unit. */
  private start<T>(send: () => Promise<T>): Promise<T> {
    this.active += 1;
    const sent = call(send);
    sent.then(this.onAnswer, this.onAnswer);
    return sent;
  }

  private next(): void {
    for (;;) {
      const index = this.waiting.findIndex(({ place }) => this.mayStart(place));
      const [waiter] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (!waiter) return;
      waiter.go();
    }
  }

  private wait(place: HeldSavepoint | undefined, start: () => void, reject: (error: Error) => void): void {
    const timer = setInterval(() => {
      if (place !== this.innermost) this.refuse((other) => other === waiter, new SavepointHeldError(this.patienceMs));
    }, this.patienceMs);
    timer.unref();
    const waiter: Waiter = {
      place,
      go: () => (clearInterval(timer), start()),
      refuse: (error) => (clearInterval(timer), reject(error)),
    };
    this.waiting.push(waiter);
  }

  private refuse(which: (waiter: Waiter) => boolean, error: Error): void {
    const refused = this.waiting.filter(which);
    this.waiting = this.waiting.filter((waiter) => !refused.includes(waiter));
    for (const waiter of refused) waiter.refuse(error);
  }
}

/** What it throws at once rejects too. */
function call<T>(send: () => Promise<T>): Promise<T> {
  try {
    return send();
  } catch (error) {
    return (async () => {
      throw error;
    })();
  }
}
