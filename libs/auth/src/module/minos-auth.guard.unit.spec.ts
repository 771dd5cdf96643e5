import { runInContext, type Principal, Public } from '@minos/common';
import type { ExecutionContext } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { Permissions } from '../access/permissions.decorator.js';
import { Roles } from '../access/roles.decorator.js';
import { CurrentUser } from './current-user.decorator.js';
import { MinosAuthGuard } from './minos-auth.guard.js';

class Plain {
  handle(): void {}
}

@Roles('clerk')
class ForClerks {
  handle(): void {}

  @Permissions('stock.write')
  write(): void {}

  @Public()
  open(): void {}
}

const guard = new MinosAuthGuard({} as HttpAdapterHost);

const contextOf = (kind: string, type: new () => object, handler: object): ExecutionContext =>
  ({ getType: () => kind, getClass: () => type, getHandler: () => handler }) as unknown as ExecutionContext;

const principal = (roles: readonly string[], permissions: readonly string[] = []): Principal => ({
  subject: 'ann',
  roles,
  permissions,
  tenant: '',
  actedAt: '2026-01-01T00:00:00.000Z',
  correlationId: '',
  issuer: 'gateway',
  audience: ['stock'],
});

const run = (kind: string, type: new () => object, handler: object, who?: Principal): unknown =>
  runInContext(who === undefined ? {} : { principal: who }, () => guard.canActivate(contextOf(kind, type, handler)));

describe('the guard before a message handler', () => {
  const { handle, write, open } = ForClerks.prototype;

  it('leaves those without decorators to the trust between services', () => {
    expect(run('rpc', Plain, Plain.prototype.handle)).toBe(true);
    expect(run('rpc', ForClerks, open)).toBe(true);
  });

  it('asks for roles and permissions of the principal of the message', () => {
    expect(run('rpc', ForClerks, handle, principal(['clerk']))).toBe(true);
    expect(run('rpc', ForClerks, write, principal(['clerk'], ['stock.write']))).toBe(true);
    expect(run('rpc', ForClerks, write, principal(['*']))).toBe(true);
    const refused: [object, Principal | undefined][] = [
      [handle, undefined],
      [handle, principal(['guest'])],
      [write, principal(['clerk'])],
      [write, principal(['guest'], ['stock.write'])],
    ];
    for (const [handler, who] of refused)
      expect(() => run('rpc', ForClerks, handler, who)).toThrow(expect.objectContaining({ name: 'Rejection', code: 'forbidden' }));
  });

  it('refuses everywhere else who is not known', () => {
    expect(() => run('ws', Plain, Plain.prototype.handle)).toThrow('may not');
    expect(() => run('graphql', ForClerks, handle, principal(['guest']))).toThrow('may not');
    expect(run('ws', Plain, Plain.prototype.handle, principal([]))).toBe(true);
    expect(run('ws', ForClerks, open)).toBe(true);
  });
});

it('decorators of parameters are Nest’s own', () => {
  expect(typeof CurrentUser()).toBe('function');
});
