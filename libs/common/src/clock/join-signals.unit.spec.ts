import { getEventListeners } from 'node:events';
import { joinSignals } from './join-signals.js';

describe('joinSignals', () => {
  it('aborts with the first of them, for its reason', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const { signal } = joinSignals(one.signal, other.signal);
    expect(signal.aborted).toBe(false);
    other.abort('lost');
    one.abort('stopped');
    expect([signal.aborted, signal.reason]).toEqual([true, 'lost']);
  });

  it('is aborted from the start where one of them is', () => {
    const { signal } = joinSignals(new AbortController().signal, AbortSignal.abort('over'));
    expect([signal.aborted, signal.reason]).toEqual([true, 'over']);
  });

  it('lets them go', () => {
    const long = new AbortController();
    const { signal, release } = joinSignals(long.signal, new AbortController().signal);
    release();
    release();
    expect(getEventListeners(long.signal, 'abort')).toEqual([]);
    long.abort();
    expect(signal.aborted).toBe(false);
  });
});
