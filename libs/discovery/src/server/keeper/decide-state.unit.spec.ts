import type { KeptInstance, ProbeOutcome } from '../../contracts/index.js';
import { decideState, type Evidence, type StateRules } from './decide-state.js';

const RULES: StateRules = { failuresOut: 2, successesBack: 2, lapseWindowMs: 7_500, suspectMs: 900_000 };
const OK: ProbeOutcome = { kind: 'ok', published: 'http://10.0.0.1:80' };
const outcome = (kind: 'refused' | 'unready' | 'failed' | 'impossible'): ProbeOutcome => ({ kind, reason: 'x' });

const kept = (given: Partial<KeptInstance> = {}): KeptInstance => ({
  ...{
    service: 'order',
    instance: 'one',
    epoch: 1,
    address: 'http://10.0.0.1:80',
    published: undefined,
    state: 'up',
    lapsedMs: -1,
    suspectMs: 0,
  },
  ...given,
});
const decide = (instance: Partial<KeptInstance>, evidence: Partial<Evidence>): string | undefined =>
  decideState(
    kept(instance),
    { outcome: OK, failures: 0, successes: 1, onlyUnready: true, heard: true, othersUp: 1, instances: 10, lapsed: 0, ...evidence },
    RULES,
  )?.state;

describe('decideState', () => {
  it('takes an instance out for a refused connection, or two failed probes, whatever its lease says', () => {
    expect(decide({}, { outcome: outcome('refused'), failures: 1 })).toBe('out');
    expect(decide({}, { outcome: outcome('failed'), failures: 1 })).toBeUndefined();
    expect(decide({}, { outcome: outcome('failed'), failures: 2 })).toBe('out');
    expect(decide({ state: 'suspect' }, { outcome: outcome('refused'), failures: 1 })).toBe('out');
  });

  it('makes the last one suspect that is there, but not ready, and sends heartbeats', () => {
    const unready = { outcome: outcome('unready'), failures: 2, othersUp: 0 };
    expect(decide({}, unready)).toBe('suspect');
    expect(decide({ state: 'out' }, unready)).toBe('suspect');
    expect(decide({ state: 'suspect' }, { ...unready, failures: 1 })).toBeUndefined();
    expect(decide({}, { ...unready, failures: 1 })).toBeUndefined();
    expect(decide({ state: 'new' }, { ...unready, failures: 9 })).toBeUndefined();
    expect(decide({ state: 'suspect' }, { outcome: OK })).toBe('up');
    // Each control takes it out.
    expect(decide({}, { ...unready, othersUp: 1 })).toBe('out');
    expect(decide({ state: 'suspect' }, { ...unready, othersUp: 1 })).toBe('out');
    expect(decide({}, { ...unready, heard: false })).toBe('out');
    expect(decide({}, { ...unready, onlyUnready: false })).toBe('out');
    expect(decide({}, { ...unready, outcome: outcome('failed') })).toBe('out');
    expect(decide({}, { ...unready, outcome: outcome('refused') })).toBe('out');
    expect(decide({ lapsedMs: 0 }, unready)).toBe('left');
  });

  it('lets a lapsed lease take it out only if the probe fails too', () => {
    expect(decide({ lapsedMs: 60_000 }, { outcome: outcome('failed'), failures: 1 })).toBe('left');
    expect(decide({ lapsedMs: 60_000 }, { outcome: OK, instances: 10, lapsed: 10 })).toBe('up');
    expect(decide({ lapsedMs: 3_600_000 }, { outcome: OK })).toBe('up');
  });

  it('or if it cannot be probed and fewer than half of at least five lapsed', () => {
    const lapsed = { lapsedMs: 7_500 };
    const impossible = { outcome: outcome('impossible') };
    expect(decide(lapsed, { ...impossible, instances: 5, lapsed: 2 })).toBe('left');
    expect(decide(lapsed, { ...impossible, instances: 5, lapsed: 3 })).toBe('suspect');
    expect(decide(lapsed, { ...impossible, instances: 6, lapsed: 3 })).toBe('suspect');
    expect(decide(lapsed, { ...impossible, instances: 4, lapsed: 1 })).toBe('suspect');
    // Before the window is over others may lapse that were lost at the same time.
    expect(decide({ lapsedMs: 7_499 }, { ...impossible, instances: 100, lapsed: 1 })).toBe('suspect');
    expect(decide({}, impossible)).toBeUndefined();
  });

  it('holds what is suspect for a bounded time', () => {
    const impossible = { outcome: outcome('impossible'), instances: 4, lapsed: 4 };
    expect(decide({ state: 'suspect', lapsedMs: 1, suspectMs: 899_999 }, impossible)).toBeUndefined();
    expect(decide({ state: 'suspect', lapsedMs: 1, suspectMs: 900_000 }, impossible)).toBe('left');
  });

  it('has no doubt any more when a heartbeat or an answer comes', () => {
    expect(decide({ state: 'suspect', lapsedMs: -1 }, { outcome: outcome('impossible') })).toBe('up');
    expect(decide({ state: 'suspect', lapsedMs: 60_000 }, { outcome: OK })).toBe('up');
    expect(decide({ state: 'suspect', lapsedMs: 60_000 }, { outcome: outcome('impossible'), instances: 4 })).toBeUndefined();
  });

  it('lets a new instance in with its first answer, and one that was out with its second', () => {
    expect(decide({ state: 'new' }, { outcome: OK, successes: 1 })).toBe('up');
    expect(decide({ state: 'out' }, { outcome: OK, successes: 1 })).toBeUndefined();
    expect(decide({ state: 'out' }, { outcome: OK, successes: 2 })).toBe('up');
    expect(decide({ state: 'draining' }, { outcome: OK, successes: 9 })).toBeUndefined();
  });

  it('forgets what nobody is sent to when its lease is over', () => {
    expect(decide({ state: 'new' }, { outcome: outcome('refused'), failures: 1 })).toBeUndefined();
    expect(decide({ state: 'new', lapsedMs: 0 }, { outcome: outcome('refused'), failures: 9 })).toBe('left');
    expect(decide({ state: 'out', lapsedMs: 0 }, { outcome: outcome('impossible'), instances: 9, lapsed: 9 })).toBe('left');
  });
});
