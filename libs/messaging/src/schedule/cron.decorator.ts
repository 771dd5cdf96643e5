import { defineMetadata, durationOf, ownMetadata, type Duration, type Unit } from '@minos/common';
import { CronInvalidError } from '../errors/cron.errors.js';

export interface CronOptions {
  /** IANA time zone of the expression. @default 'UTC' */
  readonly timezone?: string;
  /**
   * What happens to ticks that no process was there for: `once` fires once for all of them, `skip` leaves out what is more than a minute late.
   * @default 'once'
   */
  readonly missed?: 'once' | 'skip';
  /** How long one try may take before its signal aborts and it counts as failed. @default '5m' */
  readonly deadline?: Duration;
}

/** What a cron handler gets. */
export interface CronContext {
  readonly name: string;
  /** `<name>@<tick>`: the same for every try of a tick, so a key for calls to the outside. */
  readonly id: string;
  /** The time for which it fires. */
  readonly tick: Date;
  /** What is enlisted here commits with the tick. */
  readonly unit: Unit;
  /** 1 for the first try of this process. The unit's own re-runs after a conflict do not count. */
  readonly attempt: number;
  /** Aborts at the deadline, when another process took over, and at the end of the process. */
  readonly signal: AbortSignal;
}

/** What {@link Cron} wrote on a method. */
export interface CronMetadata {
  /** As it was written: what is wrong with it is said when the application boots. */
  readonly name: string;
  readonly expression: string;
  readonly timezone: string | undefined;
  readonly missed: 'once' | 'skip' | undefined;
  readonly deadlineMs: number | undefined;
  readonly method: string;
}

const CRONS = Symbol.for('@minos/crons');

/**
 * Calls the method at the times of a cron expression, once over all instances of the service: what it does with its unit commits together with the tick, exactly once, also
 * where a process dies in between (then the method runs again elsewhere). `name` is durable: it names the row that holds the next time.
 */
export function Cron(
  name: string,
  expression: string,
  options: CronOptions = {},
): <M extends (context: CronContext) => unknown>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>) => void {
  const { timezone, missed, deadline } = options;
  return (target, key) => {
    const method = String(key);
    if (typeof target === 'function')
      throw new CronInvalidError([`@Cron('${name}', …) stands on the static method ${target.name}.${method}.`]);
    const deadlineMs = deadline === undefined ? undefined : (durationOf(deadline) ?? Number.NaN);
    const metadata: CronMetadata = Object.freeze({ name, expression, timezone, missed, deadlineMs, method });
    defineMetadata(target, CRONS, [...(ownMetadata<readonly CronMetadata[]>(target, CRONS) ?? []), metadata]);
  };
}

/** The cron handlers of a class, those of the classes that it extends among them. */
export function cronMetadataOf(target: { readonly prototype: object }): readonly CronMetadata[] {
  const found: CronMetadata[] = [];
  for (let prototype: object | null = target.prototype; prototype !== null; prototype = Object.getPrototypeOf(prototype) as object | null) {
    found.unshift(...(ownMetadata<readonly CronMetadata[]>(prototype, CRONS) ?? []));
  }
  return found;
}
