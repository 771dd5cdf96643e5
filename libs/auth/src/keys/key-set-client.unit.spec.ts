import type { AuthLog } from '../contracts/auth-log.js';
import type { PublishedKey } from '../contracts/keys.js';
import { until } from '@minos/common/testing';
import { accessClaims } from '../testing/test-claims.js';
import { TestIssuer } from '../testing/test-issuer.js';
import { TestKey } from '../testing/test-key.js';
import { JwtVerifier } from '../verification/jwt-verifier.js';
import { KeySetClient } from './key-set-client.js';
import type { KeySetClientOptions } from './key-set-client.options.js';

class Lines implements AuthLog {
  readonly all: string[] = [];
  log = (line: string): void => void this.all.push(line);
  warn = (line: string): void => void this.all.push(line);
}

describe('the keys of the auth service', () => {
  let issuer: TestIssuer;
  let open: KeySetClient[];
  beforeEach(async () => {
    issuer = await TestIssuer.start();
    open = [];
  });
  afterEach(async () => {
    for (const client of open) await client.close();
    await issuer.stop();
  });

  function client(more: Partial<KeySetClientOptions> = {}): KeySetClient {
    // A fetch that is late because this process stood still is no outage.
    const made = new KeySetClient({ url: issuer.keySetUrl, cooldown: 100, timeout: 20_000, ...more });
    open.push(made);
    return made;
  }
  const verifierOf = (keys: KeySetClient): JwtVerifier => new JwtVerifier({ keys, accessTokens: { audience: 'shop' } });
  const randomToken = (): string =>
    issuer.accessKey.token({ iss: 'auth', ...accessClaims('shop') }, { kid: `k${Math.random().toString(36).slice(2)}` });

  it('are answered at once where they are known', async () => {
    const keys = client();
    await keys.open();
    expect(keys.key(issuer.accessKey.kid)).toMatchObject({ alg: 'ES256', issuer: 'auth', kind: 'access' });
    expect(issuer.keySetFetches).toBe(1);
  });

  it('are fetched once, whoever asks', async () => {
    const keys = client();
    const found = await Promise.all(Array.from({ length: 50 }, async () => keys.key(issuer.accessKey.kid)));
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toBeDefined();
    expect(issuer.keySetFetches).toBe(1);
  });

  it('are found when they are new, in the middle of a flood of made-up ids, with fetches that are bounded', async () => {
    // However many the machine makes in a pause: that there may be too many has a test of its own.
    const keys = client({ waiting: 1_000_000 });
    await keys.open();
    const verifier = verifierOf(keys);
    const known = issuer.accessToken();
    const begun = performance.now();
    const made = new Set<Promise<unknown>>();
    let sent = 0;
    let refused = 0;
    const flood = setInterval(() => {
      for (let i = 0; i < 20; i++) {
        sent++;
        const attempt = Promise.resolve()
          .then(() => verifier.verifyCaller(randomToken()))
          .catch(() => refused++);
        made.add(attempt);
      }
    }, 2);
    await until(() => sent > 500, 'the flood');
    issuer.rotate();
    const fresh = [issuer.accessToken({ subject: 'bob' }), issuer.accessToken({ subject: 'cid' })];
    const answers = await Promise.all([...fresh, known].map(async (token) => verifier.verifyToken(token)));
    expect(answers.map(({ subject }) => subject)).toEqual(['bob', 'cid', 'ann']);
    await until(() => performance.now() - begun > 600 && issuer.keySetFetches > 2, 'more of it');
    clearInterval(flood);
    await Promise.all(made);
    expect(refused).toBe(sent);
    expect(issuer.keySetFetches).toBeLessThanOrEqual(Math.ceil((performance.now() - begun) / 100) + 2);
  });

  it('do not lead to a refusal where too many wait, but to another try', async () => {
    const keys = client({ waiting: 5, cooldown: 5_000 });
    await keys.open();
    const outcomes = Array.from({ length: 10 }, () => Promise.resolve(keys.key('unknown')).catch((error: unknown) => error));
    expect(await Promise.all(outcomes.slice(5))).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ code: 'KEYS_UNAVAILABLE', retryable: true }) as unknown),
    );
  });

  it('stay good while their source is away, which is told once', async () => {
    const lines = new Lines();
    const keys = client({ refresh: 100, log: lines });
    await keys.open();
    const verifier = verifierOf(keys);
    issuer.away('refused');
    await until(() => keys.status.failure !== undefined, 'the outage to be noticed');
    expect(verifier.verifyToken(issuer.accessToken())).toMatchObject({ subject: 'ann' });
    await expect(Promise.resolve(keys.key('unknown'))).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE', retryable: true });
    issuer.away('none');
    await until(() => keys.status.failure === undefined, 'the keys to be fetched again');
    expect(lines.all).toEqual([expect.stringContaining('could not be fetched'), 'The keys of tokens could be fetched again']);
  });

  it('are good no longer than a limit without their source', async () => {
    const keys = client({ stale: 200 });
    await keys.open();
    issuer.away('broken');
    await until(() => (keys.status.ageMs ?? 0) > 200, 'the keys to get old');
    await expect(Promise.resolve(keys.key(issuer.accessKey.kid))).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it('are gone when they are withdrawn', async () => {
    const keys = client({ refresh: 100 });
    await keys.open();
    const verifier = verifierOf(keys);
    const token = issuer.accessToken();
    expect(verifier.verifyToken(token)).toMatchObject({ subject: 'ann' });
    issuer.withdraw(issuer.accessKey.kid);
    const refused = async (): Promise<boolean> => {
      try {
        await verifier.verifyToken(token);
        return false;
      } catch {
        return true;
      }
    };
    await until(refused, 'the token to be refused');
  });

  it('stay the same objects while nothing changes, so that nothing is verified twice', async () => {
    const keys = client({ refresh: 100 });
    await keys.open();
    const before = keys.key(issuer.accessKey.kid);
    await until(() => issuer.keySetFetches > 2, 'some fetches');
    expect(keys.key(issuer.accessKey.kid)).toBe(before);
  });

  it('of a source that does not answer are not waited for', async () => {
    const keys = client({ timeout: 100 });
    issuer.away('silent');
    await expect(Promise.resolve(keys.key('any'))).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it.each([
    ['a redirect', 302, '{}'],
    ['an error', 500, '{}'],
    ['something else', 200, '{"keys":{}}'],
    ['no JSON', 200, '<html>'],
    ['too much', 200, `{"keys":[],"more":"${'a'.repeat(300_000)}"}`],
  ])('are not taken from %s', async (_what, status, body) => {
    const { createServer } = await import('node:http');
    const server = createServer((_request, response) => response.writeHead(status, { location: issuer.keySetUrl }).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const keys = client({ url: `http://127.0.0.1:${port}/` });
    await expect(Promise.resolve(keys.key(issuer.accessKey.kid))).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    expect(issuer.keySetFetches).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });

  it('that do not fit are passed over with one line each, and the others are used', async () => {
    const { published, kid } = new TestKey({ alg: 'ES256' });
    const rsa = new TestKey({ alg: 'RS256' }).published;
    const bad: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      use: { ...published, use: 'enc' },
      'no use': { ...published, use: undefined },
      alg: { ...published, alg: 'ES384' },
      none: { ...published, alg: 'none' },
      hmac: { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', use: 'sig', iss: 'auth', kind: 'access', kid: 'oct' },
      'alg of another': { ...published, alg: 'RS256' },
      curve: { ...published, crv: 'P-384' },
      point: { ...published, x: published['y'] },
      private: { ...published, d: 'AA' },
      kid: { ...published, kid: 'mine' },
      issuer: { ...published, iss: '' },
      kind: { ...published, kind: 'refresh' },
      operations: { ...published, key_ops: ['encrypt'] },
      exponent: { ...rsa, e: 'AQ' },
      'short modulus': { ...rsa, n: (rsa['n'] as string).slice(0, 100) },
    };
    for (const [name, entry] of Object.entries(bad)) issuer.publishRaw(name, entry);
    const lines = new Lines();
    const keys = client({ log: lines, refresh: 100 });
    await keys.open();
    await until(() => issuer.keySetFetches > 2, 'some fetches');
    expect(keys.status.keys).toBe(2);
    expect(lines.all).toHaveLength(Object.keys(bad).length);
    expect(await keys.key(kid)).toBeUndefined();
    expect(keys.key(issuer.accessKey.kid)).toBeDefined();
    issuer.publishRaw('good', published);
    expect(await until(() => keys.key(kid) as PublishedKey | undefined, 'the good one')).toMatchObject({ kid });
  });

  it.each(['ftp://host/keys', 'file:///etc/passwd', 'http://user:secret@host/', 'no address', ''])('are not looked for at %p', (url) => {
    expect(() => client({ url })).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });

  it('turn away who waits when the client is closed', async () => {
    const keys = client({ cooldown: 60_000 });
    await keys.open();
    const waiting = Promise.resolve(keys.key('unknown'));
    await Promise.all([keys.close(), expect(waiting).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' })]);
  });
});
