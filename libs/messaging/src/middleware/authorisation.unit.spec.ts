import { requiredAccessOf } from '@minos/common';
import type { MessageAuthorizer } from '../contracts/message-authorizer.js';
import { Authorize } from './authorize.decorator.js';
import { COMMAND, contextOf, principalOf } from './call-kit.js';
import { MessageChain } from './chain.js';

@Authorize({ roles: ['admin', 'clerk'] })
class Guarded {}

class Below extends Guarded {}

const run = (roles: string[] | undefined, type: new () => object, authorizer?: MessageAuthorizer): Promise<unknown> =>
  new MessageChain(authorizer && { authorizer })
    .bind({ ...COMMAND, handler: { type, method: 'execute' } })
    .call(undefined, 'message', contextOf(roles === undefined ? {} : { principal: principalOf(...roles) }), () => 'done');

describe('@Authorize()', () => {
  it.each([[['clerk']], [['guest', 'admin']], [['*']]])('lets %j through', async (roles) => {
    expect(await run(roles, Guarded)).toBe('done');
  });

  it.each([[['guest']], [[]], [undefined]])('refuses %j', async (roles) => {
    await expect(run(roles, Guarded)).rejects.toMatchObject({ name: 'Rejection', code: 'forbidden' });
  });

  it('holds for exactly its class', async () => {
    expect(requiredAccessOf(Below).roles).toBeUndefined();
    expect(await run(undefined, Below)).toBe('done');
  });
});

@Authorize({ permissions: ['stock.read', 'stock.write'] })
class NeedsBoth {}

describe('permissions', () => {
  const may = (permissions: string[] | undefined, roles: string[] = []): Promise<unknown> =>
    new MessageChain()
      .bind({ ...COMMAND, handler: { type: NeedsBoth, method: 'execute' } })
      .call(
        undefined,
        'message',
        contextOf({ principal: { ...principalOf(...roles), ...(permissions && { permissions }) } }),
        () => 'done',
      );

  it('are all needed', async () => {
    expect(await may(['stock.write', 'other', 'stock.read'])).toBe('done');
    expect(await may(undefined, ['*'])).toBe('done');
    for (const permissions of [['stock.read'], [], undefined]) await expect(may(permissions)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(run(undefined, NeedsBoth)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('an authoriser', () => {
  it('is asked for every handler, behind the roles', async () => {
    const asked: unknown[] = [];
    const authorizer: MessageAuthorizer = {
      authorize: async ({ name, message }, principal) => {
        asked.push([name, message, principal?.subject]);
        return principal !== undefined;
      },
    };
    expect(await run(['x'], Below, authorizer)).toBe('done');
    await expect(run(undefined, Below, authorizer)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(run(['x'], Guarded, authorizer)).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toEqual([
      ['stock.reserve', 'message', 'ann'],
      ['stock.reserve', 'message', undefined],
    ]);
  });

  it('that fails is a fault', async () => {
    const down: MessageAuthorizer = { authorize: () => Promise.reject(new Error('directory is down')) };
    await expect(run(['x'], Below, down)).rejects.toThrow('directory is down');
  });
});
