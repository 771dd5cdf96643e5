import { type Clock, type CrashPoints, currentContext, type UnitCommitter, type UnitOfWork, UnitOfWorkEngine } from '@minos/common';
import { MemoryBroker, type MemoryLog } from '@minos/messaging';
import { MortalClock, never } from './mortal-clock.js';
import { type Life, MortalCommitter } from './mortal-committer.js';
import { withCrashPoints } from './with-crash-points.js';

export interface MortalProcessOptions {
  readonly name: string;
  /** 1 for the first start, one more for each start after a crash. */
  readonly life: number;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Hears of each point that is reached; says whether the process dies there. @default it never does */
  readonly onPoint?: (point: string) => boolean;
}

/**
 * A process of a system under test that can die at any crash point. All of it that lasts has to be reached through what this makes: clock, ports, unit of work, broker.
 * When it dies nothing of these answers any more, so whatever was under way ends there, without an effect and for ever.
 */
export class MortalProcess implements Life {
  readonly clock: Clock;
  readonly points: CrashPoints;
  private readonly listeners: (() => void)[] = [];
  private dead = false;

  constructor(private readonly options: MortalProcessOptions) {
    this.clock = new MortalClock(options.clock, () => this.dead);
    this.points = { reach: (point) => this.reach(point) };
  }

  get name(): string {
    return this.options.name;
  }

  get life(): number {
    return this.options.life;
  }

  get isDead(): boolean {
    return this.dead;
  }

  get newId(): () => string {
    return this.options.newId;
  }

  onDeath(listener: () => void): void {
    this.listeners.push(listener);
  }

  living(): Promise<void> {
    return this.dead ? never() : Promise.resolve();
  }

  /** Ends it at once. Idempotent. */
  kill(): void {
    if (this.dead) return;
    this.dead = true;
    for (const listener of this.listeners) listener();
  }

  /** A port to something that survives the process; see {@link withCrashPoints}. */
  port<P extends object>(port: P, prefix: string, plain: readonly (keyof P)[] = []): P {
    return withCrashPoints(port, prefix, this.points, plain);
  }

  /** Commits to a storage that survives it; `clock` is the one on which conflicts pause. */
  unitOfWork(committer: UnitCommitter, clock = this.clock): UnitOfWork {
    const engine = new UnitOfWorkEngine({
      ...{ committer: new MortalCommitter(committer, this), clock, newId: this.newId, crashPoints: this.points },
      tenant: () => currentContext().tenant,
    });
    this.onDeath(() => engine.dispose());
    return engine;
  }

  /** Its connection to the broker. */
  broker(log: MemoryLog): MemoryBroker {
    const broker = new MemoryBroker({ log, crashPoints: this.points });
    this.onDeath(() => broker.disconnect());
    return broker;
  }

  private reach(point: string): void | Promise<void> {
    if (!this.dead && this.options.onPoint?.(point) === true) this.kill();
    return this.dead ? never() : undefined;
  }
}
