import type { Clock } from '@minos/common';
import type { CheckpointStore, FeedPosition, Subscription } from '@minos/event-sourcing';
import type { ProjectionControl, ProjectionRecord } from '../contracts/projection-control.js';
import type { ProjectionDefinition } from './projection-definition.js';
import { projectionFailure } from './projection-failure.js';
import { rebuildSubscriptionOf } from './projection-names.js';
import type { ProjectionSource } from './projection-source.js';

export interface ProjectionRunnerParts {
  readonly control: ProjectionControl;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
}

/** A projection as the binder made it. */
export interface BoundProjection {
  readonly definition: ProjectionDefinition;
  /** Where its events come from. */
  readonly source: ProjectionSource;
  /** Types of the events that concern it. */
  readonly types: readonly string[];
  readonly subscription: Subscription;
  /** A subscription that builds the tables of a rebuild. */
  readonly makeRebuild: (rebuild: number) => Subscription;
  readonly endRebuild: (subscription: Subscription) => Promise<void>;
}

interface Rebuilding {
  readonly number: number;
  readonly subscription: Subscription;
  measured: boolean;
}

const TRIES = 60;
const PAUSE_MS = 50;

/** One projection in this process: does what its record says, and says what it finds out. Calls come one after the other. */
export class ProjectionRunner {
  /** Whether it has been built since this process started. */
  ready = false;
  /** The end of the feed as it was first seen in this process: who has passed it is as far as anybody was then. */
  goal: FeedPosition | undefined;
  private held = false;
  private rebuilding: Rebuilding | undefined;
  private readonly noted = new WeakSet<Error>();

  constructor(
    readonly bound: BoundProjection,
    private readonly parts: ProjectionRunnerParts,
    /** As it was last seen. */
    private record: ProjectionRecord | undefined,
  ) {}

  /** Name, version, state and views in one line, by what was last seen. */
  line(): string {
    const { definition, subscription } = this.bound;
    const { paused, rebuild } = this.record ?? {};
    const state = paused === undefined ? subscription.state : `paused by ${paused.by}`;
    const rebuilding = rebuild === undefined ? '' : `, rebuild #${rebuild.number} under way`;
    const views = definition.views.map(({ table }) => table).join(', ') || 'no view';
    const from = definition.from === undefined ? '' : ` ← ${definition.from}`;
    return `${definition.name} v${definition.version}${from} (${state}${rebuilding}) → ${views}`;
  }

  /** Stops, starts and tries again what is to be. A pause waits for the unit at hand. */
  async follow(record: ProjectionRecord): Promise<void> {
    const { subscription } = this.bound;
    const isResumed = this.record !== undefined && record.resumes > this.record.resumes;
    this.record = record;
    if (record.paused !== undefined && !this.held) {
      this.held = true;
      await subscription.stop();
    } else if (record.paused === undefined && this.held) {
      this.held = false;
      subscription.start();
    } else if (isResumed) subscription.resume();
    await this.followRebuild(record.rebuild?.number, isResumed);
  }

  /** Tells the others what they should know, and serves a rebuild that has come to the end. Resolves with whether something changed. */
  async report(): Promise<boolean> {
    const { record } = this;
    if (record === undefined) return false;
    await this.noteFailure(this.bound.subscription);
    if (!record.built && this.bound.subscription.state === 'idle') await this.parts.control.note(record, { kind: 'built' });
    const { rebuilding } = this;
    if (rebuilding === undefined) return false;
    await this.noteFailure(rebuilding.subscription, rebuilding.number);
    await this.noteMeasured(rebuilding);
    return rebuilding.subscription.state === 'idle' && (await this.swap(record, rebuilding.number));
  }

  /** Ends what it runs beside the projection itself. */
  async close(): Promise<void> {
    await this.followRebuild(undefined, false);
  }

  private async followRebuild(wanted: number | undefined, isResumed: boolean): Promise<void> {
    const { rebuilding } = this;
    if (rebuilding !== undefined && rebuilding.number !== wanted) {
      this.rebuilding = undefined;
      await this.bound.endRebuild(rebuilding.subscription);
    }
    if (wanted === undefined) return;
    if (this.rebuilding !== undefined) return isResumed ? this.rebuilding.subscription.resume() : undefined;
    const subscription = this.bound.makeRebuild(wanted);
    this.rebuilding = { number: wanted, subscription, measured: false };
    subscription.start();
  }

  /**
   * This process's own runner of the old rows stands meanwhile, so that it neither wins the race to the end nor works on what is replaced; others are fenced by
   * the storage.
   */
  private async swap(record: ProjectionRecord, rebuild: number): Promise<boolean> {
    const { control, clock } = this.parts;
    const { subscription } = this.bound;
    const isFailed = subscription.state === 'failed';
    await subscription.stop();
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const outcome = await control.swap(record, rebuild);
        if (outcome !== 'behind') return outcome !== 'busy';
        await clock.sleep(PAUSE_MS);
      }
      return false;
    } finally {
      if (this.record?.paused === undefined && !isFailed) subscription.start();
    }
  }

  private async noteFailure(subscription: Subscription, rebuild?: number): Promise<void> {
    const { failure } = subscription;
    if (failure === undefined || this.noted.has(failure) || this.record === undefined) return;
    const note = { kind: 'failed', failure: projectionFailure(failure, this.parts.clock.now()) } as const;
    await this.parts.control.note(this.record, rebuild === undefined ? note : { ...note, rebuild });
    this.noted.add(failure);
  }

  private async noteMeasured(rebuilding: Rebuilding): Promise<void> {
    const { checkpoints, control } = this.parts;
    const { feed } = this.bound.source;
    const isRunning = rebuilding.subscription.state === 'running';
    if (isRunning && !rebuilding.measured && this.record !== undefined) {
      const reached = await checkpoints.load(rebuildSubscriptionOf(this.record, rebuilding.number));
      await control.note(this.record, { kind: 'measured', rebuild: rebuilding.number, from: reached ?? feed.beginning });
    }
    rebuilding.measured = isRunning;
  }
}
