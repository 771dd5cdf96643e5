import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, type Principal, SystemClock, validateOptions } from '@minos/common';
import type { DirectorySnapshot, Endpoint, ServiceDirectory, ServiceInstance } from '@minos/discovery';
import { resolveBalancingOptions } from '../balancing/balancing.options.js';
import { LeastPendingPicker } from '../balancing/least-pending-picker.js';
import { WindowedRetryBudget } from '../balancing/windowed-retry-budget.js';
import { FRONT_DOOR_FIELDS, type FrontDoorOptions } from '../options/front-door.options.js';
import { LiveRouteTables } from '../routes/live-route-tables.js';
import { FrontDoor, type FrontDoorPorts } from './front-door.js';

/** A request as a service saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** One process of a service; keeps what it was asked. */
export class TestService {
  readonly seen: Seen[] = [];
  /** Requests whose head came, whether or not their body did. */
  begun = 0;
  state: ServiceInstance['state'] = 'up';

  private constructor(
    readonly server: Server,
    readonly name: string,
    readonly instance: string,
  ) {}

  static async start(name: string, handler: Handler = sayOk, instance = `${name}-1`): Promise<TestService> {
    const server = createServer();
    const service = new TestService(server, name, instance);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      service.begun++;
      service.keep(request);
      handler(request, response);
    });
    await listen(server);
    return service;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get last(): Seen {
    const seen = this.seen.at(-1);
    if (seen === undefined) throw new Error('The service was not asked.');
    return seen;
  }

  entry(endpoints: readonly Endpoint[]): ServiceInstance {
    const { name, instance, address, state } = this;
    return { service: name, instance, address, version: '1', metadata: {}, endpoints, state };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private keep(request: IncomingMessage): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      this.seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks),
      }),
    );
  }
}

const sayOk: Handler = (request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'));
};

/** What is known of services, as a test says it. */
export class TestDirectory implements ServiceDirectory {
  current: DirectorySnapshot = { version: 0, instances: [] };
  private readonly listeners = new Set<(snapshot: DirectorySnapshot) => void>();

  set(instances: readonly ServiceInstance[]): void {
    this.current = { version: this.current.version + 1, instances };
    for (const listener of this.listeners) listener(this.current);
  }

  subscribe(listener: (snapshot: DirectorySnapshot) => void): () => void {
    this.listeners.add(listener);
    listener(this.current);
    return () => this.listeners.delete(listener);
  }

  async open(): Promise<void> {
    // It is known from the beginning.
  }

  async close(): Promise<void> {
    this.listeners.clear();
  }
}

export function principal(subject: string, roles: readonly string[], permissions: readonly string[] = []): Principal {
  return {
    subject,
    roles,
    permissions,
    tenant: '',
    actedAt: '2026-01-01T00:00:00Z',
    correlationId: '',
    issuer: 'auth',
    audience: ['shop'],
  };
}

/** Tokens that the test door knows. */
export const TOKENS: Readonly<Record<string, Principal>> = {
  alice: principal('alice', ['customer']),
  root: principal('root', ['admin'], ['stock.write']),
};

class UnknownToken extends Error {
  readonly code = 'PRINCIPAL_REFUSED';

  constructor() {
    super('unknown');
    Object.defineProperty(this, Symbol.for('@minos/error'), { value: true });
  }
}

export const ROUTES = {
  public: { public: true, roles: [], permissions: [] },
  authenticated: { public: false, roles: [], permissions: [] },
  admin: { public: false, roles: ['admin'], permissions: [] },
};

export interface TestDoorOptions extends FrontDoorOptions {
  readonly ports?: Partial<FrontDoorPorts>;
  readonly own?: Handler;
}

/** A gateway on a server of its own, without Nest. */
export class TestDoor {
  readonly directory = new TestDirectory();
  readonly minted: string[] = [];

  private constructor(
    readonly server: Server,
    readonly door: FrontDoor,
    directory: TestDirectory,
    minted: string[],
  ) {
    this.directory = directory;
    this.minted = minted;
  }

  static async start({ ports = {}, own, ...options }: TestDoorOptions = {}): Promise<TestDoor> {
    const directory = new TestDirectory();
    const minted: string[] = [];
    const server = createServer(own ?? ((_request, response) => response.end('own')));
    const settings = validateOptions('TestDoor', FRONT_DOOR_FIELDS, { accessLog: false, ...options });
    const door = new FrontDoor(settings, { ...testPorts(directory, minted), ...ports });
    door.install(server);
    await listen(server);
    return new TestDoor(server, door, directory, minted);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await this.door.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Everything but the network as it is; tokens are those of {@link TOKENS}, and a service token says whom it is for. */
export function testPorts(directory: TestDirectory, minted: string[] = [], clock: Clock = new SystemClock()): FrontDoorPorts {
  const tables = new LiveRouteTables({ clock });
  const settings = resolveBalancingOptions({ slowStart: 0 });
  const picker = new LeastPendingPicker({ clock, settings });
  directory.subscribe((snapshot) => {
    tables.update(snapshot);
    picker.update(snapshot);
  });
  return {
    tables,
    picker,
    directory,
    budget: new WindowedRetryBudget(settings.retries, clock),
    clock,
    rates: undefined,
    connections: { open: () => () => undefined },
    running: undefined,
    verifier: {
      verifyToken: (token) => {
        const known = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined;
        if (known === undefined) throw new UnknownToken();
        return known;
      },
    },
    minter: {
      mint: (caller, service) => {
        const token = `st.${service}.${caller?.subject ?? 'anonymous'}`;
        minted.push(token);
        return token;
      },
    },
  };
}

export async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}
