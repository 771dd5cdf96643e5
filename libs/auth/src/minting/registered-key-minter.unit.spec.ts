import type { Principal } from '@minos/common';
import { until, VirtualClock } from '@minos/common/testing';
import { AuthClient } from '../client/auth-client.js';
import { TestIssuer } from '../testing/test-issuer.js';
import { RegisteredKeyMinter } from './registered-key-minter.js';
import type { ServiceTokenMinterOptions } from './minter.options.js';

const SECRET = 'the secret of the gateway, which is long';
const credential = { service: 'gateway', secret: SECRET };
const ann: Principal = Object.freeze({
  subject: 'ann',
  roles: Object.freeze(['customer']),
  permissions: Object.freeze(['orders.refund']),
  tenant: 'north',
  actedAt: '2026-01-01T00:00:00.000Z',
  correlationId: 'c-1',
  issuer: 'auth',
  audience: Object.freeze(['shop']),
  session: 's-1',
});

const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
const kidOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: unknown }).kid;

describe('service tokens', () => {
  let issuer: TestIssuer;
  let open: { close(): Promise<void> }[];
  beforeEach(async () => {
    open = [];
    issuer = await TestIssuer.start({ services: { gateway: SECRET, order: SECRET } });
  });
  afterEach(async () => {
    for (const one of open) await one.close();
    await issuer.stop();
  });

  async function minter(more: Partial<ServiceTokenMinterOptions> = {}): Promise<RegisteredKeyMinter> {
    const made = new RegisteredKeyMinter({ url: `${issuer.url}/auth/service-keys`, credential, retry: 20, ...more });
    open.push(made);
    await made.open();
    return made;
  }

  /** With its time, and that of the server, in the hands of the test. */
  async function timed(more: Partial<ServiceTokenMinterOptions>) {
    const clock = new VirtualClock(Date.now());
    await issuer.stop();
    issuer = await TestIssuer.start({ services: { gateway: SECRET }, clock });
    const made = await minter({ clock, ...more });
    await until(() => clock.sleeping === 1, 'the pause before the renewal');
    return { clock, made };
  }
  const registrations = (): number => issuer.requests.get('/auth/service-keys') ?? 0;

  it('are taken by the service that they are for, and by no other', async () => {
    const gateway = new AuthClient({ url: issuer.url, ...credential });
    open.push(gateway);
    await gateway.open();
    const token = (await gateway.openMinter()).mint(ann, 'order');
    const services = ['order', 'product'].map((service) => new AuthClient({ url: issuer.url, service }));
    open.push(...services);
    const [order, product] = services.map(({ verifier }) => verifier);
    expect(await order?.verifyToken(token)).toEqual({ ...ann, correlationId: '', issuer: 'gateway', audience: ['order'] });
    await expect(Promise.resolve(product?.verifyToken(token))).rejects.toMatchObject({ code: 'PRINCIPAL_REFUSED', fault: 'audience' });
    await expect(Promise.resolve().then(() => gateway.verifier.verifyToken(token))).rejects.toMatchObject({ fault: 'audience' });
  });

  it('say what a principal that can change is now', async () => {
    const made = await minter();
    const changing = { ...ann, roles: ['customer'] };
    expect(payloadOf(made.mint(changing, 'order'))).toMatchObject({ sub: 'ann', roles: ['customer'] });
    changing.roles.push('admin');
    expect(payloadOf(made.mint(changing, 'order'))).toMatchObject({ sub: 'ann', roles: ['customer', 'admin'] });
    expect(payloadOf(made.mint({ ...changing, subject: 'bob' }, 'order'))).toMatchObject({ sub: 'bob' });
  });

  it('of nobody say so', async () => {
    const token = (await minter()).mint(undefined, 'order');
    expect(payloadOf(token)).toMatchObject({ iss: 'gateway', aud: 'order', anonymous: true });
    expect(payloadOf(token)).not.toHaveProperty('sub');
    const order = new AuthClient({ url: issuer.url, service: 'order' });
    open.push(order);
    expect(await order.verifier.verifyCaller(token)).toBeUndefined();
  });

  it('are made once while more than half of their life is left', async () => {
    const clock = new VirtualClock(Date.now());
    const made = await minter({ clock });
    const first = made.mint(ann, 'order');
    expect(payloadOf(first)['exp']).toBe((payloadOf(first)['iat'] as number) + 60);
    expect(made.mint(ann, 'order')).toBe(first);
    expect(made.mint({ ...ann }, 'order')).toBe(first);
    for (const other of [
      made.mint(ann, 'product'),
      made.mint({ ...ann, roles: [] }, 'order'),
      made.mint({ ...ann, session: 's-2' }, 'order'),
      made.mint(undefined, 'order'),
    ]) {
      expect(other).not.toBe(first);
    }
    await clock.advance(29_999);
    expect(made.mint(ann, 'order')).toBe(first);
    await clock.advance(1);
    expect(made.mint(ann, 'order')).not.toBe(first);
  });

  it('cannot be made before a key is registered, which is tried until it is', async () => {
    issuer.away('broken');
    const made = await minter();
    expect(() => made.mint(ann, 'order')).toThrow(expect.objectContaining({ code: 'MINTING_KEY_MISSING', retryable: true }));
    expect(made.status).toMatchObject({ keyMs: undefined, failure: expect.stringContaining('500') as string });
    issuer.away('none');
    await until(() => made.status.keyMs, 'the key');
    expect(made.mint(ann, 'order')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('go on with the key that is published while it cannot be renewed, and end with it', async () => {
    const { clock, made } = await timed({ keyLife: '10m' });
    const first = kidOf(made.mint(ann, 'order'));
    issuer.away('refused');
    await clock.advance(300_000);
    await until(() => made.status.failure, 'a renewal that fails');
    expect(kidOf(made.mint({ ...ann, tenant: 'a' }, 'order'))).toBe(first);
    await clock.advance(270_000);
    const late = made.mint({ ...ann, tenant: 'b' }, 'order');
    expect(kidOf(late)).toBe(first);
    expect((payloadOf(late)['exp'] as number) * 1000).toBeLessThanOrEqual(clock.now() + 30_000);
    await clock.advance(26_000);
    expect(() => made.mint({ ...ann, tenant: 'c' }, 'order')).toThrow(expect.objectContaining({ code: 'MINTING_KEY_MISSING' }));
    issuer.away('none');
    const registered = async (): Promise<boolean> => {
      await clock.advance(20);
      return made.status.failure === undefined;
    };
    await until(registered, 'the key to be registered again');
    expect(kidOf(made.mint({ ...ann, tenant: 'd' }, 'order'))).toBe(first);
  });

  it('keep their key when it is renewed, and change it when it is old', async () => {
    const { clock, made } = await timed({ keyLife: '1h', keyAge: '90m' });
    const kids: unknown[] = [];
    for (let round = 0; round < 5; round++) {
      kids.push(kidOf(made.mint({ ...ann, tenant: String(round) }, 'order')));
      const before = registrations();
      await clock.advance(1_800_000);
      await until(() => registrations() > before && clock.sleeping === 1, 'a renewal');
    }
    expect(kids.map((kid) => kids.indexOf(kid))).toEqual([0, 0, 0, 3, 3]);
    expect(issuer.keySet.keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining(kids));
  });

  it('are made for no one with the secret of another', async () => {
    const made = await minter({ credential: { service: 'gateway', secret: 'a guess' } });
    expect(() => made.mint(ann, 'order')).toThrow(
      /401.*MINOS_SERVICE_SECRET of this service with the entry "gateway:<SHA-256>" in MINOS_SERVICES/,
    );
    expect(made.status.failure).not.toContain('a guess');
  });
});
