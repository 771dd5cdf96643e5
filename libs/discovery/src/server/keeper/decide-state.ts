import type { KeptInstance, ProbeOutcome, StateVerdict } from '../../contracts/index.js';

/** What is known when an instance has been probed. */
export interface Evidence {
  readonly outcome: ProbeOutcome;
  /** Probes in a row that failed, or that went well, this one included. */
  readonly failures: number;
  readonly successes: number;
  /** Whether all of those that failed found it there, but not ready. */
  readonly onlyUnready: boolean;
  /** Whether a heartbeat came lately. */
  readonly heard: boolean;
  /** Other instances of its service that are up. */
  readonly othersUp: number;
  /** Instances that watchers see, and how many of them have a lapsed lease. */
  readonly instances: number;
  readonly lapsed: number;
}

export interface StateRules {
  /** Failed probes in a row that take an instance out. */
  readonly failuresOut: number;
  /** Good probes in a row that bring one back. */
  readonly successesBack: number;
  /** After a lease has lapsed: how long before the number of those that lapsed with it is looked at, in milliseconds. */
  readonly lapseWindowMs: number;
  /** How long an instance may be suspect, in milliseconds. */
  readonly suspectMs: number;
}

/** Fewer instances say nothing about whether a loss is one of the instances or of the way to them. */
const CROWD = 5;

type Decision = Pick<StateVerdict, 'state' | 'onlyLapsed'> | undefined;

/**
 * What becomes of an instance. Two signals decide: a refused connection or failed probes in a row take it out whatever its lease says; a lapsed lease takes it out if the
 * probe fails too, or cannot be made and fewer than half of many lapsed. Where nobody else of its service is up, one that is only slow or not ready, and goes on sending heartbeats, is
 * suspect instead of out: a busy machine makes all of them slow at once, and without any the service would be gone for certain. `undefined`: nothing.
 */
export function decideState(instance: KeptInstance, evidence: Evidence, rules: StateRules): Decision {
  const { outcome } = evidence;
  const lapsed = instance.lapsedMs >= 0;
  if (outcome.kind === 'ok') return comeUp(instance, evidence, rules);
  if (outcome.kind === 'impossible') return lapsed ? holdOrLeave(instance, evidence, rules) : backFromSuspect(instance);
  if (lapsed) return { state: 'left', onlyLapsed: true };
  if (isLastHope(instance, evidence, rules)) return instance.state === 'suspect' ? undefined : { state: 'suspect', onlyLapsed: false };
  return goOut(instance, evidence, rules);
}

function goOut(instance: KeptInstance, { outcome, failures }: Evidence, { failuresOut }: StateRules): Decision {
  const gone = outcome.kind === 'refused' || failures >= failuresOut;
  if (gone && instance.state !== 'new' && instance.state !== 'out') return { state: 'out', onlyLapsed: false };
  return backFromSuspect(instance);
}

function comeUp({ state }: KeptInstance, { successes }: Evidence, { successesBack }: StateRules): Decision {
  if (state === 'draining' || (state === 'out' && successes < successesBack)) return undefined;
  return { state: 'up', onlyLapsed: false };
}

function isLastHope({ state }: KeptInstance, { outcome, failures, onlyUnready, heard, othersUp }: Evidence, rules: StateRules): boolean {
  if (outcome.kind !== 'unready' || !onlyUnready || !heard || othersUp > 0) return false;
  return state === 'suspect' || (failures >= rules.failuresOut && (state === 'up' || state === 'out'));
}

/** A heartbeat has come: it is not in doubt any more. */
function backFromSuspect({ state, lapsedMs }: KeptInstance): Decision {
  return state === 'suspect' && lapsedMs < 0 ? { state: 'up', onlyLapsed: false } : undefined;
}

function holdOrLeave({ state, lapsedMs, suspectMs }: KeptInstance, { instances, lapsed }: Evidence, rules: StateRules): Decision {
  // Nobody is sent there anyway.
  if (state === 'new' || state === 'out') return { state: 'left', onlyLapsed: true };
  if (suspectMs >= rules.suspectMs) return { state: 'left', onlyLapsed: true };
  const few = instances >= CROWD && lapsed * 2 < instances;
  if (few && lapsedMs >= rules.lapseWindowMs) return { state: 'left', onlyLapsed: true };
  return state === 'suspect' ? undefined : { state: 'suspect', onlyLapsed: true };
}
