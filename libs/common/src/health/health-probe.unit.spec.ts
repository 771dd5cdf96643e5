import type { HealthProbeResult } from '../contracts/health-probe.js';
import { HealthProbe, healthProbeMetadataOf } from './health-probe.decorator.js';

@HealthProbe('feed', { kind: 'liveness' })
class FeedProbe implements HealthProbe {
  check(): HealthProbeResult {
    return { status: 'up' };
  }
}

describe('@HealthProbe', () => {
  it('writes name and kind, on that class alone', () => {
    class Derived extends FeedProbe {}
    expect(healthProbeMetadataOf(FeedProbe)).toEqual({ name: 'feed', kind: 'liveness' });
    expect(healthProbeMetadataOf(Derived)).toBeUndefined();
    expect(Object.keys(FeedProbe)).toEqual([]);
  });

  it('probes readiness unless it says otherwise', () => {
    @HealthProbe('database')
    class Probe extends FeedProbe {}
    expect(healthProbeMetadataOf(Probe)?.kind).toBe('readiness');
  });
});
