import { connect } from 'node:net';
import { AwakeTime } from '@minos/common/testing';

const LOOK_MS = 10;
/** For what comes behind something, and for the first of it, which a machine that is busy makes later. */
const [QUIET_MS, FIRST_MS] = [300, 3_000];

/**
 * Sends bytes as they are, and answers all that comes back until the other side closes or nothing comes for `quietMs`; where that is left out, for a while. While this process
 * stands still the door in it does so too: that is not counted.
 */
export function exchangeBytes(port: number, bytes: string | Buffer, quietMs?: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const time = new AwakeTime();
    let heard = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes));
    const looks = setInterval(() => {
      if (time.now - heard >= (quietMs ?? (answer === '' ? FIRST_MS : QUIET_MS))) socket.destroy();
    }, LOOK_MS);
    socket.on('data', (chunk) => {
      heard = time.now;
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(looks);
      time.end();
      resolve(answer);
    });
  });
}

/** The status lines in what came back. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
