import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '@minos/common/testing';
import { TestingHttp, type TestingAnswer } from '@minos/nest/testing';
import { type PausingProxy, pausingProxy } from '@minos/postgres/testing';
import { type ScratchServer, scratchServer } from '../testing/scratch-server.js';
import { freePort, type ServiceProcess, type ShopApp, startService } from '../testing/service-process.js';

/** In the order in which they start: those of one step at once. */
const STEPS: readonly (readonly ShopApp[])[] = [['discovery', 'auth'], ['product', 'payment', 'order'], ['gateway']];
const APPS = STEPS.flat();
const ORDER_MS = 120_000;
const MINOS = join(__dirname, '../../libs/postgres/bin/minos.js');

export interface WholeShopOptions {
  /** Of the broker; PostgreSQL where it is left out. */
  readonly kafka?: string;
  /** How many processes of a service. @default one */
  readonly counts?: Partial<Record<ShopApp, number>>;
  /** More variables for every process. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One of several processes of a service; a restart takes its place at the same address. */
interface Seat {
  readonly app: ShopApp;
  readonly port: number;
  process?: ServiceProcess;
}

/** All services of the shop as processes, with logins, on a PostgreSQL of their own. */
export class WholeShop {
  /** By the name of the service. */
  readonly secrets: Readonly<Record<string, string>> = Object.fromEntries(APPS.map((app) => [app, randomBytes(32).toString('base64url')]));
  readonly keyEncryption = randomBytes(32).toString('base64url');
  readonly adminLogin: Login = { email: 'admin@shop.example', password: randomBytes(18).toString('base64url') };
  private printed = '';

  private constructor(
    readonly server: ScratchServer,
    /** The registry's way to its database. */
    readonly registryDatabase: PausingProxy,
    readonly seats: readonly Seat[],
    private readonly options: WholeShopOptions,
  ) {}

  static async start(options: WholeShopOptions = {}): Promise<WholeShop> {
    const seats: Seat[] = [];
    for (const app of APPS)
      for (let count = 0; count < (options.counts?.[app] ?? 1); count += 1) seats.push({ app, port: await freePort() });
    const server = await scratchServer();
    const shop = new WholeShop(server, await pausingProxy(server.url), seats, options);
    try {
      for (const step of STEPS) {
        await Promise.all(seats.filter(({ app }) => step.includes(app)).map((seat) => shop.startAt(seat)));
        if (step.includes('auth')) await shop.makeAdmin();
      }
    } catch (error) {
      await shop.close();
      throw error;
    }
    return shop;
  }

  /** Where everybody asks. */
  get url(): string {
    return this.urlOf('gateway');
  }

  urlOf(app: ShopApp): string {
    return `http://127.0.0.1:${this.seatOf(app).port}`;
  }

  seatOf(app: ShopApp): Seat {
    const seat = this.seats.find((one) => one.app === app);
    if (seat === undefined) throw new Error(`There is no ${app}.`);
    return seat;
  }

  /** Everything that all processes have printed, those that have ended too. */
  get output(): string {
    return this.printed + this.seats.map(({ process }) => process?.output() ?? '').join('');
  }

  /** Nobody in particular. */
  get nobody(): TestingHttp {
    return new TestingHttp(this.url);
  }

  admin(): Promise<Customer> {
    return Customer.logIn(this.url, this.adminLogin);
  }

  register(login: Partial<Login> = {}): Promise<Customer> {
    return Customer.register(this.url, login);
  }

  /** Ends the process with that signal. */
  async end(seat: Seat, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await seat.process?.kill(signal);
    this.printed += seat.process?.output() ?? '';
    delete seat.process;
  }

  async startAt(seat: Seat): Promise<void> {
    const { app, port } = seat;
    const databaseUrl = app === 'discovery' ? this.registryDatabase.url : this.server.url;
    seat.process = await startService({ app, port, databaseUrl, environment: this.environmentOf(app) });
  }

  async close(): Promise<void> {
    await Promise.all(this.seats.map((seat) => this.end(seat, 'SIGKILL')));
    await this.registryDatabase.close();
    await this.server.remove();
  }

  private environmentOf(app: ShopApp): Record<string, string> {
    const { kafka, environment } = this.options;
    const hash = (text = ''): string => createHash('sha256').update(text).digest('hex');
    return {
      AUTH_URL: this.urlOf('auth'),
      DISCOVERY_URL: this.urlOf('discovery'),
      MINOS_SERVICE_SECRET: this.secrets[app] ?? '',
      MINOS_SERVICES: APPS.map((name) => `${name}:${hash(this.secrets[name])}`).join(','),
      AUTH_KEY_ENCRYPTION_KEY: this.keyEncryption,
      ...(kafka === undefined ? {} : { BROKER: 'kafka', KAFKA_BROKERS: kafka, BROKER_NAMESPACE: this.namespace }),
      ...environment,
    };
  }

  private readonly namespace = `shop-${randomUUID()}`;

  private async makeAdmin(): Promise<void> {
    const { email, password } = this.adminLogin;
    const url = new URL(this.server.url);
    url.pathname = '/auth';
    const command = spawn(process.execPath, [MINOS, 'auth', 'create-admin', '--email', email, '--password-stdin', '--by', 'tests'], {
      env: { ...process.env, DATABASE_URL: url.href, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [command.stdout, command.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    command.stdin.end(`${password}\n`);
    const [code] = (await once(command, 'close')) as [number | null];
    if (code !== 0) throw new Error(`minos auth create-admin ended with ${code}: ${printed}`);
  }
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** What a login gives. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

/** Somebody who is logged in. */
export class Customer {
  private constructor(
    private readonly http: TestingHttp,
    readonly login: Login,
    readonly tokens: Tokens,
  ) {}

  static async logIn(url: string, login: Login): Promise<Customer> {
    const http = new TestingHttp(url);
    const { status, body } = await http.post<Tokens>('/auth/login', login);
    if (status !== 200) throw new Error(`POST /auth/login answered ${status}: ${JSON.stringify(body)}`);
    return new Customer(http, login, body);
  }

  /** Somebody new. */
  static async register(url: string, login: Partial<Login> = {}): Promise<Customer> {
    const whole = { email: `${randomUUID()}@shop.example`, password: randomBytes(18).toString('base64url'), ...login };
    const { status, body } = await new TestingHttp(url).post<{ userId: string }>('/auth/register', whole);
    if (status !== 201) throw new Error(`POST /auth/register answered ${status}: ${JSON.stringify(body)}`);
    return Customer.logIn(url, whole);
  }

  get id(): string {
    const [, claims = ''] = this.tokens.accessToken.split('.');
    return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string }).sub;
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.tokens.accessToken}` };
  }

  get<T = unknown>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<TestingAnswer<T>> {
    return this.http.get<T>(path, { ...this.headers, ...headers });
  }

  post<T = unknown>(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<TestingAnswer<T>> {
    return this.http.post<T>(path, body, { ...this.headers, ...headers });
  }

  /** Places an order and waits for its end, again with its key where the shop takes longer than a client may prefer to wait. */
  order<T = unknown>(body: unknown): Promise<TestingAnswer<T>> {
    const headers = { 'idempotency-key': randomUUID(), prefer: 'wait=20' };
    return until(
      async () => {
        const answer = await this.post<T>('/orders', body, headers);
        return answer.status !== 202 && answer;
      },
      'the order to end',
      ORDER_MS,
    );
  }
}
