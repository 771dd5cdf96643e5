import { randomBytes } from 'node:crypto';
import { type Clock, RepeatedWork } from '@minos/common';
import type { ConfiguredServiceCredentials } from '../credentials/configured-service-credentials.js';
import { Administration } from './accounts/administration.js';
import { Registration } from './accounts/registration.js';
import type { ResolvedAuthServerOptions } from './auth-server.options.js';
import type { AuthStorage } from './contracts/storage.js';
import { KeyCipher } from './keys/key-cipher.js';
import { keyEncryptionKeys } from './keys/key-encryption-keys.js';
import { SigningKeys } from './keys/signing-keys.js';
import { StoredKeySource } from './keys/stored-key-source.js';
import { OidcClients } from './oidc/oidc-clients.js';
import { OidcHandover } from './oidc/oidc-handover.js';
import { OidcLogin } from './oidc/oidc-login.js';
import { SealedFlow } from './oidc/sealed-flow.js';
import { type Argon2, PasswordHasher } from './passwords/password-hasher.js';
import { purgeStorage } from './purge-storage.js';
import { KnownRevocations } from './revocations/known-revocations.js';
import { RevocationFeed } from './revocations/revocation-feed.js';
import { MessageKeyRegistry } from './services/message-key-registry.js';
import { ServiceKeys } from './services/service-keys.js';
import { ServiceTokens } from './services/service-tokens.js';
import { Logins } from './sessions/logins.js';
import { SessionOpener } from './sessions/session-opener.js';
import { Sessions } from './sessions/sessions.js';
import { AuthStatistics } from './statistics/auth-statistics.js';
import { LoginThrottle } from './throttle/login-throttle.js';
import { OwnTokens } from './tokens/own-tokens.js';
import { TokenIssuer } from './tokens/token-issuer.js';

export interface AuthServerParts {
  readonly storage: AuthStorage;
  readonly clock: Clock;
  readonly argon2: Argon2;
  /** Durable name of the service that the server is. */
  readonly service: string;
  /** Storage in memory needs no key that outlives the process. */
  readonly inMemory: boolean;
}

const MINUTE_MS = 60_000;
/** A store that does not answer keeps no process from ending. */
const END_WITHIN_MS = 3_000;

/** All parts of the server, put together without a container. `start()` before the first request, `stop()` when the last one has ended. */
export class AuthServer {
  readonly statistics = new AuthStatistics();
  readonly keys: SigningKeys;
  readonly keySource: StoredKeySource;
  readonly feed: RevocationFeed;
  /** What was taken back, for who verifies tokens in this process. */
  readonly revocations: KnownRevocations;
  readonly hasher: PasswordHasher;
  readonly throttle: LoginThrottle;
  readonly registration: Registration;
  readonly logins: Logins;
  readonly sessions: Sessions;
  readonly administration: Administration;
  readonly services: ConfiguredServiceCredentials;
  readonly serviceKeys: ServiceKeys;
  readonly serviceTokens: ServiceTokens;
  readonly messageKeys: MessageKeyRegistry;
  readonly tokens: OwnTokens;
  readonly oidc: OidcLogin;
  readonly oidcHandover: OidcHandover;
  private readonly background: readonly RepeatedWork[];

  constructor(
    readonly parts: AuthServerParts,
    readonly options: ResolvedAuthServerOptions,
  ) {
    const { storage, clock } = parts;
    const { accounts, changes, roles, audit } = storage;
    const { statistics } = this;
    const secrets = parts.inMemory ? [randomBytes(32)] : keyEncryptionKeys(options.keyEncryptionKey, options.production);
    this.keys = new SigningKeys({ store: storage.keys, cipher: new KeyCipher(secrets), clock }, options.keys);
    this.keySource = new StoredKeySource(this.keys, options.issuer, clock);
    this.feed = new RevocationFeed({ log: storage.revocations, clock, every: options.revocations.every });
    this.revocations = new KnownRevocations({ log: storage.revocations, feed: this.feed, clock, longestLife: options.tokenLife });
    this.hasher = new PasswordHasher(parts.argon2, options.passwords);
    this.throttle = new LoginThrottle(storage.throttle, options.throttle);
    const issuer = new TokenIssuer(this.keys, options);
    const opener = new SessionOpener(storage.sessions, issuer, options.sessions);
    const { hasher, throttle } = this;
    this.registration = new Registration({ accounts, hasher, throttle, statistics }, options.roles);
    this.logins = new Logins({ accounts, changes, audit, hasher, throttle, opener, statistics });
    this.sessions = new Sessions({ store: storage.sessions, opener, throttle, statistics });
    this.administration = new Administration({ accounts, changes, roles });
    this.services = options.services.known;
    this.serviceKeys = new ServiceKeys(storage.keys, options.services.minters);
    this.messageKeys = new MessageKeyRegistry(storage.messageKeys);
    this.serviceTokens = new ServiceTokens(issuer, clock, options.services.roles);
    const { keySource: keys, revocations } = this;
    this.tokens = new OwnTokens({ keys, revocations, clock }, { audience: options.audience, service: parts.service });
    const clients = new OidcClients(options.oidc.providers, options.oidc.publicUrl ?? '');
    const handover = (this.oidcHandover = new OidcHandover({ uses: storage.throttle, opener }, secrets));
    this.oidc = new OidcLogin({ clients, flows: new SealedFlow(secrets), accounts, opener, handover }, options.roles);
    this.background = this.work();
    this.gauges();
  }

  /** Makes the first key where there is none. Rejects with `KEY_ENCRYPTION_KEY_WRONG`. */
  async start(): Promise<void> {
    await this.keys.start();
    await this.hasher.prepare();
    this.feed.start();
    await this.revocations.start();
    for (const one of this.background) one.start();
  }

  /** Ends the streams of revocations, so that nothing keeps their connections. Idempotent. */
  leave(): Promise<void> {
    return this.withinLimit(Promise.all([this.feed.stop(), this.revocations.stop()]));
  }

  async stop(): Promise<void> {
    await Promise.all([this.leave(), this.withinLimit(Promise.all(this.background.map((one) => one.stop())))]);
  }

  private async withinLimit(ending: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    const late = this.parts.clock.sleep(END_WITHIN_MS, ended.signal).catch(() => undefined);
    await Promise.race([ending, late]).finally(() => ended.abort());
  }

  private work(): RepeatedWork[] {
    const { storage, clock } = this.parts;
    const { revocations, auditRetention: audit, messageKeyRetention: messageKeys } = this.options;
    const keep = { revocations: revocations.keep, audit, messageKeys };
    return [
      new RepeatedWork({ clock, everyMs: MINUTE_MS, work: () => this.keys.rotateIfDue() }),
      new RepeatedWork({ clock, everyMs: 5 * MINUTE_MS, work: () => purgeStorage(storage, keep) }),
    ];
  }

  private gauges(): void {
    const { statistics, hasher, feed } = this;
    statistics.gauge('minos_auth_passwords_running', 'Passwords that are hashed now', () => hasher.load.running);
    statistics.gauge('minos_auth_passwords_waiting', 'Passwords that wait to be hashed', () => hasher.load.waiting);
    statistics.gauge('minos_auth_revocation_readers', 'Streams of revocations that are open', () => feed.listening);
    statistics.gauge('minos_auth_revocations_seen_age_seconds', 'How long ago revocations were last looked for', () => feed.age / 1000);
  }
}
