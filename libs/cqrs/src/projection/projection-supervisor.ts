import type { Clock } from '@minos/common';
import type { ProjectionControl, ProjectionRecord, ProjectionRequester, ProjectionVerb } from '../contracts/projection-control.js';
import type { ProjectionRunner } from './projection-runner.js';

const LOOK_MS = 1_000;
const SOON_MS = 200;

/** Looks again and again what is wanted of the projections of this process, and has their runners do it. */
export class ProjectionSupervisor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private told: string | undefined;

  constructor(
    private readonly runners: ReadonlyMap<string, ProjectionRunner>,
    private readonly control: ProjectionControl,
    private readonly clock: Clock,
    /** Hears of what stands in the way of doing what is wanted. */
    private readonly onTrouble: (error: unknown) => void = () => undefined,
  ) {}

  /** Begins to look, in the background. Never rejects because of the storage: it waits for it. */
  start(): void {
    this.running ??= this.run();
  }

  /** Asks for something; once it resolves this process does it, too. Rejects as `ProjectionControl.act`. */
  act(runner: ProjectionRunner, verb: ProjectionVerb, requester: ProjectionRequester): Promise<ProjectionRecord> {
    return this.inTurn(async () => {
      const record = await this.control.act(runner.bound.definition, verb, requester);
      await runner.follow(record);
      return record;
    });
  }

  /** Ends looking. Idempotent. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.turn;
    await Promise.all([...this.runners.values()].map((runner) => runner.close()));
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const changed = await this.inTurn(() => this.look()).catch((error: unknown) => this.trouble(error));
      await this.clock.sleep(changed ? SOON_MS : LOOK_MS, signal).catch(() => undefined);
    }
  }

  /** Told once, not with every look. */
  private trouble(error: unknown): false {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== this.told) this.onTrouble(error);
    this.told = text;
    return false;
  }

  private async look(): Promise<boolean> {
    const records = await this.control.load([...this.runners.values()].map(({ bound }) => bound.definition));
    // One that fails ends no turn of the others: their next turn would begin while this one is under way.
    const turns = await Promise.allSettled(
      records.map(async (record) => {
        const runner = this.runners.get(record.name);
        await runner?.follow(record);
        return (await runner?.report()) ?? false;
      }),
    );
    const failed = turns.find((turn) => turn.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return turns.some((turn) => turn.status === 'fulfilled' && turn.value);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
