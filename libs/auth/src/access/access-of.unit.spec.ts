import { isMinosError, Public } from '@minos/common';
import { accessOf } from './access-of.js';
import { Permissions } from './permissions.decorator.js';
import { Roles } from './roles.decorator.js';

@Roles('admin')
@Permissions('things.read')
class Things {
  plain(): void {}
  @Roles('clerk', 'customer') byRole(): void {}
  @Permissions('things.write', 'things.read') byPermission(): void {}
  @Public() open(): void {}
  @Public() @Roles('clerk') both(): void {}
}

class Below extends Things {
  override plain(): void {}
}

@Public()
class Open {
  plain(): void {}
  @Roles('clerk') closed(): void {}
}

class Bare {
  plain(): void {}
}

@Public()
class Probes {
  live(): void {}
}

describe('who may call a route', () => {
  it.each([
    [Bare, 'plain', { public: false, roles: [], permissions: [] }],
    [Things, 'plain', { public: false, roles: ['admin'], permissions: ['things.read'] }],
    [Things, 'byRole', { public: false, roles: ['clerk', 'customer'], permissions: ['things.read'] }],
    [Things, 'byPermission', { public: false, roles: ['admin'], permissions: ['things.write', 'things.read'] }],
    [Things, 'open', { public: true, roles: [], permissions: [] }],
    [Things, 'both', { public: false, roles: ['clerk'], permissions: ['things.read'] }],
    [Below, 'plain', { public: false, roles: ['admin'], permissions: ['things.read'] }],
    [Below, 'byRole', { public: false, roles: ['clerk', 'customer'], permissions: ['things.read'] }],
    [Open, 'plain', { public: true, roles: [], permissions: [] }],
    [Open, 'closed', { public: false, roles: ['clerk'], permissions: [] }],
    [Probes, 'live', { public: true, roles: [], permissions: [] }],
    [Bare, 'no-such-method', { public: false, roles: [], permissions: [] }],
  ])('%p.%s', (type, method, access) => expect(accessOf(type, method)).toEqual(access));

  it('is found by the method itself too', () => {
    expect(accessOf(Things, Things.prototype.byRole)).toMatchObject({ roles: ['clerk', 'customer'] });
  });

  it.each([() => Roles(...([] as unknown as ['a'])), () => Permissions(''), () => Roles('a', undefined as never)])(
    'must be said: %p',
    (write) => {
      let thrown: unknown;
      try {
        write();
      } catch (error) {
        thrown = error;
      }
      expect(isMinosError(thrown, 'ACCESS_INVALID')).toBe(true);
    },
  );
});
