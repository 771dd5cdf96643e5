import { type Clock, isMinosError, type JsonValue, type Unit, type UnitOfWork } from '@minos/common';
import { rejectionOf } from '@minos/messaging';
import type { StepOutcome } from '../contracts/saga-instance.js';
import { actFor } from '../resources/acting-saga.js';
import { messageOf } from '../turn/draft.js';
import type { LocalDue } from '../turn/saga-turn.js';
import { runAsOrigin } from './origin-context.js';
import type { LocalCommand, SagaEngine } from './saga-engine.js';

export interface LocalCommandsPorts {
  readonly unitOfWork: UnitOfWork;
  /** Runs a command of this service in the open unit. */
  readonly execute: (command: object) => Promise<unknown>;
  readonly clock: Clock;
  /** How long a command may take, in milliseconds: one that has not ended by then has failed, and adds nothing to its unit any more. */
  readonly deadlineMs: number;
}

/** Runs local commands of instances: one unit has what the command did and the change of the instance, or neither. */
export class LocalCommands {
  constructor(
    private readonly engine: SagaEngine,
    private readonly ports: LocalCommandsPorts,
  ) {}

  /** Runs what is due, and what becomes due by it. Rejects with what has nothing to do with the command, such as a database that is away: it is due again later. */
  async run(id: string, due: LocalDue): Promise<void> {
    for (let next: LocalDue | undefined = due; next !== undefined;) next = await this.runOne(id, next);
  }

  private async runOne(id: string, due: LocalDue): Promise<LocalDue | undefined> {
    try {
      return await this.inUnit(id, due, async (local, unit) => {
        actFor(unit, local.acting);
        const result = await this.inTime(runAsOrigin(local.origin, async () => this.ports.execute(demand(local.make()))));
        return local.tell(unit, { result: plain(result) });
      });
    } catch (error) {
      const outcome = outcomeOf(error);
      return this.inUnit(id, due, async (local, unit) => local.tell(unit, outcome));
    }
  }

  /** Within its unit, which ends with what this throws: whatever a command that was given up does later finds it closed. */
  private async inTime<R>(work: Promise<R>): Promise<R> {
    const { clock, deadlineMs } = this.ports;
    const done = new AbortController();
    const late = clock.sleep(deadlineMs, done.signal).then(async () => {
      // Where the process stood still, what has come meanwhile is behind the timers in the queue of events.
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error(`not ended within ${deadlineMs} ms (sagas.runner.localDeadline)`);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      late.catch(() => undefined);
      work.catch(() => undefined);
      done.abort();
    }
  }

  private inUnit(
    id: string,
    due: LocalDue,
    work: (local: LocalCommand, unit: Unit) => Promise<LocalDue | undefined>,
  ): Promise<LocalDue | undefined> {
    const inside = async (unit: Unit): Promise<LocalDue | undefined> => {
      const local = await this.engine.localCommand(id, due);
      return local === undefined ? undefined : work(local, unit);
    };
    return this.ports.unitOfWork.run(inside, { mode: 'new', tenant: due.tenant });
  }
}

/** Throws an error again that is not the command's. */
function outcomeOf(error: unknown): Exclude<StepOutcome, { readonly result: unknown }> | { readonly fault: string } {
  const rejection = rejectionOf(error);
  if (rejection !== undefined) {
    const { code, message, details } = rejection;
    return { rejection: { code, message, details: plain(details) as never } };
  }
  if (isMinosError(error) && error.retryable) throw error;
  return { fault: messageOf(error) };
}

function demand(command: object | undefined): object {
  if (command === undefined) throw new TypeError('the plan makes no command for the step');
  return command;
}

function plain(result: unknown): JsonValue {
  return result === undefined ? null : (JSON.parse(JSON.stringify(result)) as JsonValue);
}
