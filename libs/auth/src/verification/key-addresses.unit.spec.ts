import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestKey } from '../testing/test-key.js';
import { claims, faultsOf, GOOD, jwt, rs, stranger, toService } from './attack-kit.js';

/** As the gateway's would be. */
const minter = new TestKey({ kind: 'service' });

describe('an address of a key in the header of a token', () => {
  let server: Server;
  let url: string;
  let arrived = 0;
  let opened = 0;
  const count = (): void => void opened++;

  /** What the attacker offers there would make the token good for whoever followed the address. */
  beforeAll(async () => {
    server = createServer((_request, response) => response.end(JSON.stringify({ keys: [stranger.published, minter.published] })));
    server.on('connection', () => arrived++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    subscribe('net.client.socket', count);
  });
  afterAll(async () => {
    unsubscribe('net.client.socket', count);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => ([arrived, opened] = [0, 0]));

  const headers = (): readonly Record<string, unknown>[] => [
    { jku: `${url}/keys.json` },
    { jku: `${url}/keys.json`, kid: stranger.kid },
    { jku: [`${url}/keys.json`] },
    { x5u: `${url}/chain.pem` },
    { jwk: stranger.published },
    { jwk: { ...stranger.published, jku: `${url}/keys.json`, x5u: `${url}/chain.pem` } },
    { x5c: [stranger.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')], x5u: `${url}/chain.pem` },
    { jku: `${url}/keys.json`, crit: ['jku'] },
    { kid: `${url}/keys.json` },
    { kid: `//127.0.0.1:${url.split(':').at(-1) ?? ''}/keys.json` },
    { iss: url, jku: `${url}/.well-known/openid-configuration` },
  ];

  it('is never asked: no connection is made there, or anywhere', async () => {
    const tokens = headers().flatMap((header) => [
      stranger.token(claims({ iss: url }), header),
      stranger.token(claims(), { kid: rs.kid, ...header }),
      rs.token(claims(), header),
      minter.token(toService(), header),
    ]);
    for (const token of tokens) expect(await faultsOf(token)).toEqual([]);
    expect(tokens.length).toBeGreaterThan(40);
    expect(jwt.verifyCaller(GOOD)).toMatchObject({ subject: 'ann' });
    // What was begun would be there by now.
    await new Promise((resolve) => setImmediate(resolve));
    expect([arrived, opened]).toEqual([0, 0]);
  });

  it('would be seen if it were: the control', async () => {
    const answer = (await (await fetch(`${url}/keys.json`)).json()) as { keys: { kid: unknown }[] };
    expect(answer.keys.map(({ kid }) => kid)).toEqual([stranger.kid, minter.kid]);
    expect([arrived, opened]).toEqual([1, 1]);
  });
});
