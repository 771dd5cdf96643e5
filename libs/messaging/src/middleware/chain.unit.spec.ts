import { currentContext, isRejection, Rejection, runInContext } from '@minos/common';
import type { HandlerKind, MessageMiddleware } from '../contracts/message-middleware.js';
import { Authorize } from './authorize.decorator.js';
import { COMMAND, contextOf, envelopeOf, principalOf, TRACEPARENT } from './call-kit.js';
import { MessageChain } from './chain.js';
import { HandlerMiddleware } from './handler-middleware.decorator.js';

const http = (status: number): Error => Object.assign(new Error('said no'), { getStatus: () => status });
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );

class Around implements MessageMiddleware {
  constructor(
    protected readonly name: string,
    protected readonly seen: string[],
  ) {}

  async handle(_call: unknown, next: () => Promise<unknown>): Promise<unknown> {
    this.seen.push(`${this.name} in`);
    const result = await next();
    this.seen.push(`${this.name} out`);
    return result;
  }
}

@HandlerMiddleware({ order: -1 })
class Outer extends Around {}

@HandlerMiddleware({ order: 5, on: ['event', 'command'] })
class Inner extends Around {}

describe('the chain', () => {
  it('goes from the context in to the handler, every stage once, and hands the result out', async () => {
    const seen: string[] = [];
    @Authorize({ roles: ['clerk'] })
    class Handler {}
    const chain = new MessageChain({
      log: { debug: () => undefined, warn: () => seen.push('logging'), error: () => undefined },
      metrics: { handlerRan: () => seen.push('metrics'), messageEnded: () => undefined },
      authorizer: {
        authorize: ({ message }, principal) => {
          seen.push(`authorisation of ${principal?.subject} for ${String(message)} in ${currentContext().correlationId}`);
          return true;
        },
      },
      middleware: [new Around('own', seen)],
    });
    const run = chain.bind({ ...COMMAND, handler: { type: Handler, method: 'execute' } });
    const fails = run('a message', contextOf({ principal: principalOf('clerk') }), () => {
      seen.push('handler');
      throw new Error('boom');
    });
    await expect(fails).rejects.toThrow('boom');
    expect(seen).toEqual(['authorisation of ann for a message in c-1', 'own in', 'handler', 'metrics', 'logging']);
    const context = contextOf({ principal: principalOf('clerk') });
    expect(await run('another', context, () => Promise.resolve(42))).toBe(42);
  });

  it('gives the handler the context of the message', async () => {
    const run = new MessageChain({ tracing: false }).bind(COMMAND);
    const envelope = envelopeOf({ tenant: 'acme', traceparent: TRACEPARENT });
    const seen = await run(null, contextOf({ envelope, principal: principalOf('a') }), () => currentContext());
    expect(seen).toEqual({
      tenant: 'acme',
      correlationId: 'c-1',
      causationId: envelope.id,
      traceparent: TRACEPARENT,
      principal: principalOf('a'),
    });
    const bare = contextOf({ envelope: envelopeOf({ correlationid: '' }) });
    const other = { tenant: 'other', principal: principalOf('root'), traceparent: TRACEPARENT };
    const ofNobody = await runInContext(other, () => run(null, bare, () => currentContext()));
    expect(ofNobody).toEqual({ tenant: '', causationId: envelope.id, correlationId: envelope.id });
  });
});

describe('own middleware', () => {
  it('stands in the order that it says, then in the order given, around the kinds that it names', async () => {
    const runFor = async (kind: HandlerKind): Promise<string[]> => {
      const seen: string[] = [];
      const middleware = [new Inner('inner', seen), new Around('first', seen), new Around('second', seen), new Outer('outer', seen)];
      await new MessageChain({ middleware }).bind({ ...COMMAND, kind })(null, contextOf(), () => undefined);
      return seen;
    };
    expect(await runFor('command')).toEqual([
      ...['outer in', 'first in', 'second in', 'inner in', 'inner out', 'second out', 'first out', 'outer out'],
    ]);
    expect(await runFor('schedule')).toEqual(['outer in', 'first in', 'second in', 'second out', 'first out', 'outer out']);
  });

  it('may answer by itself, and change the result', async () => {
    const answers: MessageMiddleware = { handle: () => Promise.resolve('mine') };
    const changes: MessageMiddleware = { handle: async (_call, next) => `${String(await next())}!` };
    const work = jest.fn(() => 'theirs');
    expect(await new MessageChain({ middleware: [answers] }).bind(COMMAND)(null, contextOf(), work)).toBe('mine');
    expect(work).not.toHaveBeenCalled();
    expect(await new MessageChain({ middleware: [changes] }).bind(COMMAND)(null, contextOf(), work)).toBe('theirs!');
  });

  it('must not go on twice', async () => {
    class Again implements MessageMiddleware {
      handle(_call: unknown, next: () => Promise<unknown>): Promise<unknown> {
        return next().catch(() => next());
      }
    }
    let calls = 0;
    const run = new MessageChain({ middleware: [new Again()] }).bind(COMMAND);
    const error = await errorOf(run(null, contextOf(), () => Promise.reject(new Error(`failed ${(calls += 1)}`))));
    expect(error).toMatchObject({ code: 'MIDDLEWARE_NEXT_TWICE' });
    expect(calls).toBe(1);
  });
});

describe('what is thrown', () => {
  const thrown = (kind: HandlerKind, error: Error): Promise<unknown> =>
    errorOf(new MessageChain().bind({ ...COMMAND, kind })(null, contextOf(), () => Promise.reject(error)));

  it.each<HandlerKind>(['command', 'pattern'])('of a %s is an answer where it is the fault of the client', async (kind) => {
    expect(await thrown(kind, http(404))).toMatchObject({ code: 'http.404', message: 'said no' });
    expect(isRejection(await thrown(kind, http(503)))).toBe(false);
  });

  it.each<HandlerKind>(['event', 'answer', 'schedule'])('of a %s is a "no" only where it is meant as one', async (kind) => {
    expect(isRejection(await thrown(kind, http(404)))).toBe(false);
    expect(await thrown(kind, http(403))).toMatchObject({ code: 'http.403' });
    expect(await thrown(kind, new Rejection('not.mine', 'no'))).toMatchObject({ code: 'not.mine' });
  });
});
