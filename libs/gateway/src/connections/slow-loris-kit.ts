import { connect, type Socket } from 'node:net';

const BEGUN = 'GET /open/a HTTP/1.1\r\nHost: a\r\nX-Slow: ';
const BYTE_EVERY_MS = 250;
const AT_ONCE = 100;

/** What became of honest requests meanwhile. */
export interface HonestRequests {
  readonly statuses: ReadonlyMap<number, number>;
  /** 99 of 100 took no longer, in milliseconds. */
  readonly p99: number;
}

/** Connections that send the head of a request byte by byte, and never end it. */
export class SlowLoris {
  private readonly sockets: Socket[] = [];
  private trickle: NodeJS.Timeout | undefined;
  private ended = 0;
  private told = 0;

  constructor(private readonly port: number) {}

  /** Connections that the other side has ended. */
  get cut(): number {
    return this.ended;
  }

  /** Of these such that were told so: 408. */
  get answered(): number {
    return this.told;
  }

  async open(count: number): Promise<void> {
    this.trickle = setInterval(() => this.sayMore(), BYTE_EVERY_MS);
    for (let at = 0; at < count; at += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - at) }, () => this.one()));
  }

  /** Ends all. Idempotent. */
  stop(): void {
    clearInterval(this.trickle);
    for (const socket of this.sockets.splice(0)) socket.destroy();
  }

  private async one(): Promise<void> {
    const socket = connect({ port: this.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.once('data', (answer: Buffer) => {
      if (answer.toString('latin1').startsWith('HTTP/1.1 408 ')) this.told++;
    });
    socket.once('close', () => this.ended++);
    await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
    socket.write(BEGUN);
    this.sockets.push(socket);
  }

  private sayMore(): void {
    for (const socket of this.sockets) if (socket.writable) socket.write('a');
  }
}

/** Sends one request after the other while `goesOn`. */
export async function askHonestly(url: string, goesOn: () => boolean): Promise<HonestRequests> {
  const statuses = new Map<number, number>();
  const times: number[] = [];
  while (goesOn()) {
    const begun = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    times.push(performance.now() - begun);
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  }
  times.sort((one, other) => one - other);
  return { statuses, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}
