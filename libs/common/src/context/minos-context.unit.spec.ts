import { setImmediate as turn } from 'node:timers/promises';
import type { Principal } from '../contracts/principal.js';
import { currentContext, identify, runInContext, runInRequestContext } from './minos-context.js';

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

  describe('of a request', () => {
    const ada: Principal = {
      subject: 'ada',
      roles: [],
      tenant: 'acme',
      actedAt: '',
      correlationId: '',
      issuer: 'auth',
      audience: ['order'],
    };

    it('learns whose it is while it runs, also for what waits already', async () => {
      const seen = await runInRequestContext({ correlationId: 'c1' }, async () => {
        const later = turn().then(() => currentContext().principal?.subject);
        await turn().then(() => identify(ada));
        return [await later, currentContext()] as const;
      });
      expect(seen[1]).toEqual({ correlationId: 'c1', tenant: 'acme', principal: ada });
    });

    it('is told from nowhere else', () => {
      expect(() => identify(ada)).toThrow(expect.objectContaining({ code: 'NOT_IN_REQUEST' }));
      runInRequestContext({}, () =>
        runInContext({ tenant: 'other' }, () => expect(() => identify(ada)).toThrow(expect.objectContaining({ code: 'NOT_IN_REQUEST' }))),
      );
    });
  });
});
