import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { joinSignals, LeaseKeeper, RepeatedWork } from '@minos/common';
import type { PurgeExceptions } from '../contracts/inbox-store.js';
import { resolveInboxPurgeOptions, type InboxPurgeOptions, type InboxPurgePorts, type InboxPurgeSettings } from './inbox-purge.options.js';

export interface InboxPurgeStatus {
  readonly running: boolean;
  /** Marks that this process has deleted since it was made. */
  readonly deleted: number;
  /** The last run of this process that came to its end; none where another process does the work. */
  readonly lastRun?: { readonly at: number; readonly deleted: number; readonly tookMs: number };
  /** Why the last run failed, until one succeeds. */
  readonly error?: unknown;
}

const LEASE = 'inbox-purge';
/** How much further than its last whole run a run looks back, for marks that were committed late. */
const MARGIN_MS = 3_600_000;

/**
 * Deletes marks that are older than the retention, now and then, in small statements, for as long as the service runs. Any number of processes may run it: a lease
 * lets one do the work. A run that fails is made up for by the next.
 */
export class InboxPurge {
  private readonly settings: InboxPurgeSettings;
  private readonly holder = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  private readonly runs: RepeatedWork;
  private deleted = 0;
  private lastRun: InboxPurgeStatus['lastRun'];
  /** On the monotonic clock: when the last run of this process that came to its end began. */
  private seenAt: number | undefined;

  constructor(
    private readonly ports: InboxPurgePorts,
    options: InboxPurgeOptions = {},
  ) {
    this.settings = resolveInboxPurgeOptions(options);
    const { every: everyMs } = this.settings;
    this.runs = new RepeatedWork({ clock: ports.clock, everyMs, atOnce: true, work: (signal) => this.run(signal) });
  }

  /** How long marks are kept, in milliseconds. */
  get retentionMs(): number {
    return this.settings.retention;
  }

  /** Begins to run in the background; does nothing if it runs. */
  start(): void {
    this.runs.start();
  }

  /** Resolves when no run is under way any more. Idempotent; {@link start} begins again. */
  stop(): Promise<void> {
    return this.runs.stop();
  }

  status(): InboxPurgeStatus {
    const { deleted, lastRun } = this;
    const { running, error } = this.runs;
    return {
      running,
      deleted,
      ...(lastRun === undefined ? {} : { lastRun }),
      ...(error === undefined ? {} : { error }),
    };
  }

  private async run(stop: AbortSignal): Promise<void> {
    const { leases, clock } = this.ports;
    const lease = await leases.acquire(LEASE, this.holder, this.settings.lease);
    if (lease === undefined) return;
    const keeper = new LeaseKeeper(leases, clock, lease, this.settings.lease);
    const over = joinSignals(stop, keeper.signal);
    try {
      await this.purge(over.signal);
    } finally {
      await keeper.end();
      over.release();
    }
  }

  private async purge(signal: AbortSignal): Promise<void> {
    const { inbox, clock } = this.ports;
    const { retention, batch, pause } = this.settings;
    const began = clock.monotonic();
    const except = this.exceptions(began);
    let deleted = 0;
    for (let last = batch; last >= batch && !signal.aborted;) {
      last = await inbox.purge(retention, batch, except);
      deleted += last;
      this.deleted += last;
      if (last >= batch) await clock.sleep(pause, signal).catch(() => undefined);
    }
    if (signal.aborted) return;
    this.seenAt = began;
    this.lastRun = { at: clock.now(), deleted, tookMs: clock.monotonic() - began };
  }

  /** What is kept for ever is not looked at with each run. */
  private exceptions(now: number): PurgeExceptions {
    const consumers = this.ports.endless?.() ?? [];
    if (consumers.length === 0 || this.seenAt === undefined) return { consumers };
    return { consumers, olderThanMs: this.settings.retention + (now - this.seenAt) + MARGIN_MS };
  }
}
