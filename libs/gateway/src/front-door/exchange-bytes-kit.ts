import { connect } from 'node:net';

/** How often it is looked whether anything came, and what one look counts for at the most. */
const LOOK_MS = 10;
const LONGEST_LOOK_MS = 15;

/**
 * Sends bytes as they are, and answers all that comes back until the other side closes or nothing comes for `quietMs`. While this process stands still the door in it does so
 * too: that is not counted.
 */
export function exchangeBytes(port: number, bytes: string | Buffer, quietMs = 300): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    let quiet = 0;
    let looked = performance.now();
    const socket = connect(port, '127.0.0.1', () => socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes));
    const look = setInterval(() => {
      const now = performance.now();
      quiet += Math.min(now - looked, LONGEST_LOOK_MS);
      looked = now;
      if (quiet >= quietMs) socket.destroy();
    }, LOOK_MS);
    socket.on('data', (chunk) => {
      quiet = 0;
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(look);
      resolve(answer);
    });
  });
}

/** The status lines in what came back. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
