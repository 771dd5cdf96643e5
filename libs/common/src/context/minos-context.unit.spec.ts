import { setImmediate as turn } from 'node:timers/promises';
import { currentContext, runInContext } from './minos-context.js';

describe('the context', () => {
  it('is the empty tenant outside of any', () => {
    expect(currentContext()).toEqual({ tenant: '' });
  });

  it('goes along with what is awaited, and ends with the work', async () => {
    const seen = await runInContext({ tenant: 'acme', correlationId: 'c1' }, async () => {
      await turn();
      return currentContext();
    });
    expect(seen).toEqual({ tenant: 'acme', correlationId: 'c1' });
    expect(currentContext().correlationId).toBeUndefined();
  });

  it('lays fields over those around it', () => {
    const seen = runInContext({ tenant: 'acme', correlationId: 'c1' }, () => runInContext({ causationId: 'm1' }, currentContext));
    expect(seen).toEqual({ tenant: 'acme', correlationId: 'c1', causationId: 'm1' });
  });

  it('does not mix works that run at once', async () => {
    const read = (tenant: string): Promise<string> =>
      runInContext({ tenant }, async () => {
        for (let step = 0; step < 5; step++) await turn();
        return currentContext().tenant;
      });
    expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual(['a', 'b', 'c']);
  });
});
