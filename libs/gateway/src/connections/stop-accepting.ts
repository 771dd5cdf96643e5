import { Server as NetServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

const QUIET_TURNS = 3;
const MOST_TURNS = 1_000;

/** Accepts who has connected already, one in each turn of the event loop, and then nobody: a listener that closes resets all that wait. Connections stay open. */
export async function stopAccepting(server: NetServer): Promise<void> {
  let quiet = 0;
  const accepted = (): void => void (quiet = 0);
  server.on('connection', accepted);
  for (let turns = 0; quiet < QUIET_TURNS && turns < MOST_TURNS; turns++) {
    quiet++;
    await turn();
  }
  server.off('connection', accepted);
  // The method of an HTTP server would cut idle connections, on which requests may be on their way.
  NetServer.prototype.close.call(server);
}
