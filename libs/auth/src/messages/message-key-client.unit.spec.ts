import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until, VirtualClock } from '@minos/common/testing';
import { MessageKeyClient } from './message-key-client.js';

const HOUR = 3_600_000;

describe('the key of messages', () => {
  let server: Server;
  let status: number;
  let registrations: number;
  let clock: VirtualClock;
  let keys: MessageKeyClient;

  beforeEach(async () => {
    [status, registrations] = [201, 0];
    server = createServer((request, response) => {
      registrations++;
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/message-keys`;
    clock = new VirtualClock();
    keys = new MessageKeyClient({ url, credential: { service: 'order', secret: 'secret' }, clock });
  });
  afterEach(async () => {
    await keys.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** The other side is not on the clock of the test. */
  const registered = (count: number): Promise<true> =>
    until(async () => {
      await clock.advance(0);
      return registrations >= count;
    }, `${count} registrations`);

  it('is registered anew now and then, so that it is known for as long as its process runs', async () => {
    await keys.open();
    expect(registrations).toBe(1);
    for (let day = 1; day <= 3; day++) {
      await clock.advance(24 * HOUR);
      await registered(day + 1);
    }
  });

  it('goes on signing while it cannot be registered anew, which is tried soon', async () => {
    await keys.open();
    status = 503;
    await clock.advance(6 * HOUR);
    await registered(2);
    status = 201;
    await until(async () => {
      await clock.advance(5_000);
      return registrations >= 3;
    }, 'another try');
    expect(keys.signing().kid).toBeDefined();
  });

  it('signs nothing before it is registered: the control', async () => {
    status = 503;
    await keys.open();
    expect(() => keys.signing()).toThrow('cannot be signed');
  });
});
