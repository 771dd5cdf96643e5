import { createServer, type Server } from 'node:http';
import { until } from '@minos/common/testing';
import type { AuthLog } from '../contracts/auth-log.js';
import { TestIssuer } from '../testing/test-issuer.js';
import { RevocationsClient } from './revocations-client.js';
import type { RevocationsClientOptions } from './revocations-client.options.js';

const credential = { service: 'order', secret: 'the secret of the order service, or so' };
const seconds = (): number => Math.floor(Date.now() / 1000);
/** Of all tokens, before everything that is taken back here, however long a test takes. */
const ISSUED_AT = seconds() - 1;

class Lines implements AuthLog {
  readonly all: string[] = [];
  log = (line: string): void => void this.all.push(line);
  warn = (line: string): void => void this.all.push(line);
}

describe('following what is taken back', () => {
  let issuer: TestIssuer;
  let open: RevocationsClient[];
  beforeEach(async () => {
    open = [];
    issuer = await TestIssuer.start({ services: { order: credential.secret } });
  });
  afterEach(async () => {
    for (const client of open) await client.close();
    await issuer.stop();
  });

  function client(more: Partial<RevocationsClientOptions> = {}): RevocationsClient {
    // A connection that is late because this process stood still is no outage.
    const made = new RevocationsClient({ url: `${issuer.url}/auth/revocations`, credential, retry: 50, timeout: 20_000, ...more });
    open.push(made);
    return made;
  }
  const isRevoked = (from: RevocationsClient, subject: string): boolean =>
    from.isRevoked({ subject, session: undefined, issuedAt: ISSUED_AT });

  it('begins with what was taken back before', async () => {
    issuer.revoke({ subject: 'ann', notBefore: seconds() });
    const following = client();
    expect(await following.open(60_000)).toBe(true);
    expect(isRevoked(following, 'ann')).toBe(true);
    expect(isRevoked(following, 'bob')).toBe(false);
  });

  it('hears of the next at once', async () => {
    const following = client();
    await following.open(60_000);
    issuer.revoke({ subject: 'ann', notBefore: seconds() });
    await until(() => isRevoked(following, 'ann'), 'the push', 10_000);
  });

  it('goes on where it was after every interruption', async () => {
    const lines = new Lines();
    const following = client({ log: lines });
    await following.open(60_000);
    issuer.revoke({ subject: 'ann', notBefore: seconds() });
    await until(() => isRevoked(following, 'ann'), 'the push');
    for (const subject of ['bob', 'cid']) {
      issuer.away('refused');
      await until(() => following.status.state === 'down', 'the outage to be noticed');
      expect(isRevoked(following, 'ann')).toBe(true);
      issuer.revoke({ subject, notBefore: seconds() });
      issuer.away('none');
      await until(() => isRevoked(following, subject), 'what it missed');
      await until(() => following.status.state === 'following', 'to be back');
    }
    expect(following.status).toMatchObject({ subjects: 3, failure: undefined });
    expect(lines.all.filter((line) => line.includes('cannot be followed'))).toHaveLength(2);
    expect(lines.all.filter((line) => line.includes('followed again'))).toHaveLength(2);
  });

  it('says so while it cannot, and opens all the same', async () => {
    issuer.away('silent');
    const following = client({ timeout: 50 });
    expect(await following.open(100)).toBe(false);
    expect(following.status.state).toBe('down');
    issuer.away('none');
    await until(() => following.status.state === 'following', 'the stream');
  });

  it('is not let in with another secret, and shows neither', async () => {
    const lines = new Lines();
    const following = client({ credential: { service: 'order', secret: 'a guess' }, log: lines });
    expect(await following.open(100)).toBe(false);
    await until(() => following.status.failure?.includes('401'), 'the failure');
    expect(lines.all.join()).toMatch(/does not know "order" by this secret.*MINOS_SERVICE_SECRET.*MINOS_SERVICES/);
    expect(lines.all.join()).not.toMatch(/a guess|Basic/);
  });

  describe('from a server that misbehaves', () => {
    let server: Server;
    let connections = 0;
    let write = (): string | undefined => undefined;
    beforeEach(async () => {
      connections = 0;
      server = createServer((_request, response) => {
        connections++;
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(write() ?? '');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const there = (more: Partial<RevocationsClientOptions> = {}): RevocationsClient =>
      client({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`, ...more });

    it('connects anew when nothing is heard', async () => {
      write = () => 'event: caught-up\ndata: {}\n\n';
      const following = there({ silence: 100 });
      await following.open(1_000);
      await until(() => connections > 1, 'another connection');
    });

    it.each([
      '{',
      '{"subject":1,"notBefore":1}',
      '{"subject":"ann"}',
      '{"subject":"ann","notBefore":"now"}',
      '[]',
      '{"subject":"ann","session":1,"notBefore":1}',
    ])('passes nothing over that it cannot read: %s', async (data) => {
      write = () => `id: 1\nevent: revoked\ndata: ${data}\n\nevent: caught-up\ndata: {}\n\n`;
      const following = there();
      expect(await following.open(100)).toBe(false);
      await until(() => following.status.failure?.includes('cannot be read'), 'the failure');
    });

    it('takes no event without end', async () => {
      write = () => `data: ${'a'.repeat(70_000)}`;
      const following = there();
      expect(await following.open(100)).toBe(false);
      await until(() => following.status.failure?.includes('longer'), 'the failure');
    });
  });
});
