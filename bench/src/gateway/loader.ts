import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';

interface CannonResult {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly errors: number;
  readonly duration: number;
}

type Cannon = (options: {
  readonly url: string;
  readonly connections: number;
  readonly duration: number;
  readonly headers: Readonly<Record<string, string>>;
}) => Promise<CannonResult>;

interface Target {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
}

const TRICKLES = 50;
const SETTLE_MS = 2_000;

/** Who asks, in a process of its own. */
export async function openLoader() {
  // It has no types of its own.
  const cannon = createRequire(__filename)('autocannon') as Cannon;
  const held: Socket[] = [];
  let trickle: NodeJS.Timeout | undefined;
  return {
    calls: {
      /** As many as go through. */
      full: async ({ url, token, seconds }: Target) => {
        const result = await cannon({ url, connections: 64, duration: seconds, headers: { authorization: `Bearer ${token}` } });
        if (result.non2xx + result.errors > 0)
          throw new Error(`${result.non2xx} answers of ${url} were none, ${result.errors} did not come.`);
        return { requests: result['2xx'], perSecond: result['2xx'] / result.duration };
      },
      /** So many a second, whatever the answers do; the times of all, sorted, in milliseconds. */
      paced: (target: Target & { readonly perSecond: number }) => paced(target),
      /** Reads a stream to its end and answers its length. */
      read: async (url: string) => {
        const { body } = await request(url);
        let bytes = 0;
        for await (const chunk of body) bytes += (chunk as Buffer).length;
        return bytes;
      },
      /** Opens connections that never say what they want, a byte a second each. */
      hold: async ({ port, sockets }: { readonly port: number; readonly sockets: number }) => {
        for (let at = 0; at < sockets; at++) {
          held.push(slow(port, `127.0.0.${2 + (at % 200)}`));
          if (at % 100 === 99) await pause(20);
        }
        let next = 0;
        // Each a byte a second, not all at one moment.
        trickle = setInterval(() => {
          for (let at = 0; at < sockets / TRICKLES; at++) held[next++ % sockets]?.write('a');
        }, 1_000 / TRICKLES);
        await pause(SETTLE_MS);
      },
      letGo: () => {
        clearInterval(trickle);
        for (const socket of held.splice(0)) socket.destroy();
      },
    },
    close: async () => undefined,
  };
}

export type Loader = Awaited<ReturnType<typeof openLoader>>['calls'];

async function paced({ url, token, seconds, perSecond }: Target & { readonly perSecond: number }): Promise<number[]> {
  const agent = new Agent({ connections: 64 });
  const headers = { authorization: `Bearer ${token}` };
  const times: number[] = [];
  const running: Promise<void>[] = [];
  const begun = performance.now();
  for (let at = 0; at < seconds * perSecond; at++) {
    const wait = begun + (at * 1000) / perSecond - performance.now();
    if (wait > 1) await pause(wait);
    running.push(timed());
  }
  await Promise.all(running);
  await agent.close();
  return times.sort((a, b) => a - b);

  async function timed(): Promise<void> {
    const from = performance.now();
    const { statusCode, body } = await request(url, { headers, dispatcher: agent });
    await body.dump();
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}.`);
    times.push(performance.now() - from);
  }
}

function slow(port: number, localAddress: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write('GET /orders/7 HTTP/1.1\r\nHost: a\r\nX-Slow: '));
  socket.on('error', () => undefined);
  return socket;
}
