import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@minos/common';
import { thumbprint, publicMembers } from '../keys/thumbprint.js';
import type { Revocation } from '../contracts/revocations.js';
import { accessClaims, serviceClaims, type TestTokenOptions } from './test-claims.js';
import { type TestAlgorithm, TestKey } from './test-key.js';

export interface TestIssuerOptions {
  /** @default 'ES256' */
  readonly alg?: TestAlgorithm;
  /** Of its access tokens. @default 'shop' */
  readonly audience?: string;
  /** Secrets by service. @default every secret of every service is right */
  readonly services?: Readonly<Record<string, string>>;
  /** Its own time. @default that of the machine */
  readonly clock?: Clock;
}

type Outage = 'none' | 'refused' | 'broken' | 'silent';

const KEY_SET = '/.well-known/jwks.json';
const SERVICE_KEYS = '/auth/service-keys';
const REVOCATIONS = '/auth/revocations';
const MESSAGE_KEYS = '/auth/message-keys';

/**
 * The outside of an auth service on this machine: its key set, the registration of keys and the stream of what is taken back, over HTTP; and tokens of every kind. Keys can be
 * changed, and it can go away.
 */
export class TestIssuer {
  /** How often each path was asked for. */
  readonly requests = new Map<string, number>();
  private readonly published = new Map<string, Readonly<Record<string, unknown>>>();
  private readonly messageKeys = new Map<string, Readonly<Record<string, unknown>>>();
  private readonly streams = new Set<ServerResponse>();
  private readonly revoked: Revocation[] = [];
  private outage: Outage = 'none';
  private access: TestKey;
  private service: TestKey;

  private constructor(
    private readonly server: Server,
    private readonly options: TestIssuerOptions,
  ) {
    this.access = this.publish(new TestKey({ alg: options.alg ?? 'ES256', kind: 'access' }));
    this.service = this.publish(new TestKey({ kind: 'service' }));
    server.on('request', (request, response) => this.answer(request, response));
  }

  /** Listens on a free port of the loopback interface. */
  static async start(options: TestIssuerOptions = {}): Promise<TestIssuer> {
    const server = createServer();
    const issuer = new TestIssuer(server, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get keySetUrl(): string {
    return this.url + KEY_SET;
  }

  /** Fetches of the key set so far. */
  get keySetFetches(): number {
    return this.requests.get(KEY_SET) ?? 0;
  }

  get accessKey(): TestKey {
    return this.access;
  }

  get serviceKey(): TestKey {
    return this.service;
  }

  /** The document of the key set. */
  get keySet(): { readonly keys: readonly Readonly<Record<string, unknown>>[] } {
    return { keys: [...this.published.values()] };
  }

  accessToken(options: TestTokenOptions = {}): string {
    const { audience = 'shop' } = this.options;
    return this.access.token({ iss: this.access.issuer, ...accessClaims(audience, { issuedAt: this.seconds(), ...options }) });
  }

  serviceToken(service: string, options: TestTokenOptions | 'anonymous' = {}): string {
    return this.service.token({
      iss: this.service.issuer,
      ...serviceClaims(service, options === 'anonymous' ? options : { issuedAt: this.seconds(), ...options }),
    });
  }

  publish(key: TestKey): TestKey {
    this.published.set(key.kid, key.published);
    return key;
  }

  /** Publishes something under an id, whatever it is. */
  publishRaw(id: string, entry: Readonly<Record<string, unknown>>): void {
    this.published.set(id, entry);
  }

  withdraw(kid: string): void {
    this.published.delete(kid);
  }

  /** New keys sign from now on; the old ones stay published until they are withdrawn. */
  rotate(): void {
    this.access = this.publish(new TestKey({ alg: this.access.alg, kind: 'access' }));
    this.service = this.publish(new TestKey({ kind: 'service' }));
  }

  /** Takes tokens back and says so to all who follow. */
  revoke(revocation: Revocation): void {
    this.revoked.push(revocation);
    for (const stream of this.streams) stream.write(eventOf(revocation, this.revoked.length));
  }

  /** How many follow what is taken back. */
  get followers(): number {
    return this.streams.size;
  }

  /** `refused` cuts every connection, `broken` answers 500, `silent` answers nothing; `none` ends it. Who follows is cut off. */
  away(how: Outage): void {
    this.outage = how;
    if (how !== 'none') this.cut();
  }

  /** Cuts off everybody who is connected. */
  cut(): void {
    this.streams.clear();
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.cut();
    });
  }

  private now(): number {
    return this.options.clock?.now() ?? Date.now();
  }

  private seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    if (this.outage === 'refused') request.socket.destroy();
    else if (this.outage === 'broken') send(response, 500, { broken: true });
    else if (this.outage === 'none') this.route(path, request, response);
  }

  private route(path: string, request: IncomingMessage, response: ServerResponse): void {
    if (path === KEY_SET) send(response, 200, this.keySet);
    else if (!path.startsWith('/auth/')) send(response, 404, {});
    else if (!this.isKnown(request)) send(response, 401, {});
    else if (path === REVOCATIONS) this.follow(request, response);
    else if (path === SERVICE_KEYS) void this.register(request, response);
    else if (path.startsWith(MESSAGE_KEYS)) void this.answerMessageKeys(path, request, response);
    else send(response, 404, {});
  }

  private isKnown({ headers }: IncomingMessage): boolean {
    const [service = '', secret] = credentialOf(headers.authorization);
    return this.options.services === undefined || (secret !== undefined && this.options.services[service] === secret);
  }

  private follow(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const after = Number(request.headers['last-event-id'] ?? 0);
    for (const [index, revocation] of this.revoked.entries()) if (index + 1 > after) response.write(eventOf(revocation, index + 1));
    response.write('event: caught-up\ndata: {}\n\n');
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  private async register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { jwk, ttl } = await bodyOf(request);
    const [iss = ''] = credentialOf(request.headers.authorization);
    const members = publicMembers(jwk) ?? {};
    const kid = thumbprint(members);
    this.published.set(kid, { ...members, kid, alg: 'ES256', use: 'sig', iss, kind: 'service' });
    send(response, 201, { kid, expiresAt: new Date(this.now() + ttl * 1000).toISOString() });
  }

  private async answerMessageKeys(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { jwk, kids = [] } = await bodyOf(request);
    if (path === MESSAGE_KEYS) {
      const [service = ''] = credentialOf(request.headers.authorization);
      const kid = thumbprint(publicMembers(jwk) ?? {});
      this.messageKeys.set(kid, { kid, service, jwk });
      return send(response, 201, { kid });
    }
    send(response, 200, { keys: kids.flatMap((kid) => this.messageKeys.get(kid) ?? []) });
  }
}

async function bodyOf(
  request: IncomingMessage,
): Promise<{ readonly jwk: Record<string, unknown>; readonly ttl: number; readonly kids?: readonly string[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as { jwk: Record<string, unknown>; ttl: number; kids?: readonly string[] };
}

function credentialOf(authorization = ''): string[] {
  return Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':');
}

function eventOf(revocation: Revocation, id: number): string {
  return `id: ${id}\nevent: revoked\ndata: ${JSON.stringify(revocation)}\n\n`;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
