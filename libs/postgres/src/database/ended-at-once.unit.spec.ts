import { createServer, type AddressInfo, type Server } from 'node:net';
import { rejectsWith } from '@minos/common/testing';
import { Database } from './database.js';

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const AUTHENTICATION_OK = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const TERMINATED = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'));

/** Says in one packet that it is ready and that it ends. */
async function serverThatEndsAtOnce(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATION_OK, READY, TERMINATED])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

it('survives a connection that the server ends in the packet in which it accepts it', async () => {
  const server = await serverThatEndsAtOnce();
  const { port } = server.address() as AddressInfo;
  const database = new Database({ connectionString: `postgres://minos@127.0.0.1:${port}/minos` });
  try {
    for (let attempt = 0; attempt < 5; attempt++) await rejectsWith('DATABASE_UNAVAILABLE', database.query('select 1'));
  } finally {
    await database.close();
    server.close();
  }
});
