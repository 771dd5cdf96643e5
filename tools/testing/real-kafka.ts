import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

const brokers = process.env.KAFKA_BROKERS;

/** Declares tests that need a real cluster. Without `KAFKA_BROKERS` they count as skipped, and one line says so. */
export function withKafka(name: string, body: (brokers: readonly string[]) => void): void {
  if (brokers !== undefined && brokers !== '') {
    body(brokers.split(','));
    return;
  }
  const line = `left out: ${name} (KAFKA_BROKERS is not set; npm run kafka:start gives it)`;
  process.stderr.write(`${line}\n`);
  it.skip(line, () => undefined);
}

/** Connections to one address, which can be held: what is sent either way waits, and new ones come to nothing meanwhile. */
export class HeldLine {
  private readonly ends = new Set<Socket>();
  private held = false;

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (near) => this.join(near));
  }

  static async to(address: string): Promise<HeldLine> {
    const [host = '', port = ''] = address.split(':');
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HeldLine(server, { host, port: Number(port) });
  }

  /** For `socketFactory`: connects through this line, whatever the node is called. */
  open(onConnect: () => void): Socket {
    const { port } = this.server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port });
    // The line itself always accepts; a held one must not look connected.
    socket.once('connect', () => !this.held && onConnect());
    return socket;
  }

  /** For what takes an address: `host:port`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  hold(): void {
    this.held = true;
    for (const end of this.ends) end.pause();
  }

  release(): void {
    this.held = false;
    for (const end of this.ends) end.resume();
  }

  /** Ends the connections that stand; new ones come through. */
  cut(): void {
    for (const end of this.ends) end.destroy();
  }

  close(): void {
    this.server.close();
    this.cut();
  }

  private join(near: Socket): void {
    if (this.held) return void near.destroy();
    const far = connect(this.target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(from);
      from.on('data', (chunk: Buffer) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => (this.ends.delete(from), to.destroy()));
    }
    near.resume();
  }
}
