import { keyHash } from '@minos/common';
import type { KeptInstance, ProbeOutcome } from '../../contracts/index.js';
import { isVisible } from '../registration/decide-registration.js';

export interface ProbeTimes {
  /** Between two probes of one instance, in milliseconds. */
  readonly intervalMs: number;
  /** After a failed probe, and while an instance is new or out. */
  readonly againMs: number;
}

/** An instance with what its probes said. */
export interface Watched {
  instance: KeptInstance;
  due: number;
  probing: boolean;
  failures: number;
  successes: number;
  /** Of the failures: whether all found it there, but not ready. */
  onlyUnready: boolean;
}

/** So many failures in a row are asked about again soon. Of one that is there, but not ready, more: whether it goes on sending heartbeats is seen meanwhile. */
const AGAIN: Partial<Record<ProbeOutcome['kind'], number>> = { failed: 1, unready: 3 };

/** Which instance is probed when. Times are those of a clock that never goes back. */
export class ProbeSchedule {
  private readonly watched = new Map<string, Watched>();

  constructor(private readonly times: ProbeTimes) {}

  /** How many instances watchers see, and how many of them have a lapsed lease. */
  get census(): { readonly instances: number; readonly lapsed: number } {
    const seen = [...this.watched.values()].filter(({ instance }) => isVisible(instance.state));
    return { instances: seen.length, lapsed: seen.filter(({ instance }) => instance.lapsedMs >= 0).length };
  }

  /** How many other instances of its service are up. */
  othersUp({ instance: { service, instance: id } }: Watched): number {
    let count = 0;
    for (const { instance } of this.watched.values())
      if (instance.service === service && instance.instance !== id && instance.state === 'up') count++;
    return count;
  }

  /** Takes over what is there now: others are gone. A new instance, and a new incarnation or address of one, is due at once; others over one interval. */
  take(instances: readonly KeptInstance[], now: number): void {
    this.add(instances, now);
    const there = new Set(instances.map(({ instance }) => instance));
    for (const id of this.watched.keys()) if (!there.has(id)) this.watched.delete(id);
  }

  /** Takes over these; others stay as they are. */
  add(instances: readonly KeptInstance[], now: number): void {
    for (const instance of instances) {
      const known = this.watched.get(instance.instance);
      if (known !== undefined && isSame(known.instance, instance)) known.instance = instance;
      else
        this.watched.set(instance.instance, {
          instance,
          due: this.firstDue(instance, now),
          probing: false,
          failures: 0,
          successes: 0,
          onlyUnready: true,
        });
    }
  }

  /** Those whose time has come, marked as being probed: new ones first, for which somebody waits, then those that are due for longest. */
  due(now: number, most: number): readonly Watched[] {
    const due = [...this.watched.values()].filter((one) => !one.probing && one.due <= now);
    const chosen = due.sort((one, other) => Number(isNew(other)) - Number(isNew(one)) || one.due - other.due).slice(0, Math.max(0, most));
    for (const one of chosen) one.probing = true;
    return chosen;
  }

  /** Milliseconds until the next one is due; `Infinity` where there is none. */
  untilNext(now: number): number {
    let next = Infinity;
    for (const { due, probing } of this.watched.values()) if (!probing && due < next) next = due;
    return Math.max(0, next - now);
  }

  /** Counts what a probe said, and says when the next is due. */
  record(one: Watched, { kind }: ProbeOutcome, now: number): void {
    one.probing = false;
    if (kind === 'ok') [one.failures, one.successes, one.onlyUnready] = [0, one.successes + 1, true];
    else if (kind !== 'impossible')
      [one.failures, one.successes, one.onlyUnready] = [one.failures + 1, 0, one.onlyUnready && kind === 'unready'];
    const { intervalMs, againMs } = this.times;
    const comesBack = kind === 'ok' && !isVisible(one.instance.state);
    one.due = now + (one.failures <= (AGAIN[kind] ?? -1) || comesBack || isNew(one) ? againMs : intervalMs);
  }

  private firstDue({ state, instance }: KeptInstance, now: number): number {
    return state === 'new' ? now : now + ((keyHash(instance) >>> 0) % 1_000) * (this.times.intervalMs / 1_000);
  }
}

function isSame(one: KeptInstance, other: KeptInstance): boolean {
  return one.epoch === other.epoch && one.address === other.address && one.service === other.service;
}

function isNew({ instance }: Watched): boolean {
  return instance.state === 'new';
}
