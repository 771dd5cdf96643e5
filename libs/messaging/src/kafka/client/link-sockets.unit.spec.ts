import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { until } from '@minos/common/testing';
import { LinkSockets } from './link-sockets.js';

describe('LinkSockets', () => {
  let server: Server;
  const accepted = new Set<Socket>();
  beforeEach(async () => {
    server = createServer((socket) => {
      accepted.add(socket);
      socket.on('error', () => undefined).once('close', () => accepted.delete(socket));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  const place = (onConnect: () => void = () => undefined) => ({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    onConnect,
  });

  it('closes every connection that was opened, also those that nobody knows of any more', async () => {
    const sockets = new LinkSockets();
    let connected = 0;
    for (let count = 0; count < 5; count += 1) sockets.factory(place(() => (connected += 1)));
    await until(() => connected === 5 && accepted.size === 5, 'the connections');
    sockets.destroy();
    await until(() => accepted.size === 0, 'their ends');
  });

  it('leaves none that is opened behind its end', async () => {
    const sockets = new LinkSockets();
    sockets.destroy();
    const late = sockets.factory(place());
    expect(late.destroyed).toBe(true);
  });

  it('opens them as it is told', () => {
    const given: string[] = [];
    const sockets = new LinkSockets(({ host, port }) => {
      given.push(`${host}:${port}`);
      return new LinkSockets().factory(place());
    });
    sockets.factory({ host: 'kafka.example', port: 9092, onConnect: () => undefined });
    sockets.destroy();
    expect(given).toEqual(['kafka.example:9092']);
  });
});
