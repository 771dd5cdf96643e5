import { KeySetClient } from '../keys/key-set-client.js';
import { RegisteredKeyMinter } from '../minting/registered-key-minter.js';
import { below } from '../remote/fetched.js';
import { RevocationsClient } from '../revocations/revocations-client.js';
import { JwtVerifier } from '../verification/jwt-verifier.js';
import { type AuthClientOptions, type ResolvedAuthClientOptions, resolveAuthClientOptions } from './auth-client.options.js';

/** Paths of the auth service, below its address. */
const PATHS = { keySet: '.well-known/jwks.json', revocations: 'auth/revocations', serviceKeys: 'auth/service-keys' };

/** Everything that a process needs of the auth service, put together: keys, what was taken back, and the verifier on top of both. */
export class AuthClient {
  readonly verifier: JwtVerifier;
  readonly keys: KeySetClient;
  /** `undefined` without a secret. */
  readonly revocations: RevocationsClient | undefined;
  private readonly options: ResolvedAuthClientOptions;
  private readonly opened: { close(): Promise<void> }[] = [];

  /** Throws `OPTIONS_INVALID`. Asks for nothing yet. */
  constructor(options: AuthClientOptions) {
    this.options = resolveAuthClientOptions(options);
    const { url, keySet, service, accessTokens, tolerance, expiryTolerance, longestAccessLife, tokenSize, cacheSize } = this.options;
    this.keys = new KeySetClient({ url: below(url, PATHS.keySet).href, ...keySet, ...this.surroundings() });
    this.revocations = this.makeRevocations();
    this.verifier = new JwtVerifier({
      keys: this.keys,
      service,
      tolerance,
      expiryTolerance,
      longestAccessLife,
      tokenSize,
      cacheSize,
      ...(accessTokens === undefined ? {} : { accessTokens }),
      ...(this.revocations === undefined ? {} : { revocations: this.revocations }),
      ...(this.options.clock === undefined ? {} : { clock: this.options.clock }),
    });
  }

  /**
   * Fetches the keys and learns what was taken back, `withinMs` at the longest; a part that is away then comes later by itself, and says so in its status. Idempotent.
   */
  async open(withinMs = 3_000): Promise<void> {
    this.opened.push(this.keys, ...(this.revocations === undefined ? [] : [this.revocations]));
    await Promise.all([this.keys.open(), this.revocations?.open(withinMs)]);
  }

  /** A minter of service tokens, opened: what the gateway needs. Throws `OPTIONS_INVALID` where there is no secret. It is closed with the client. */
  async openMinter(): Promise<RegisteredKeyMinter> {
    const { url, service, secret = '', minter: times } = this.options;
    const minter = new RegisteredKeyMinter({
      url: below(url, PATHS.serviceKeys).href,
      credential: { service, secret },
      ...times,
      ...this.surroundings(),
    });
    this.opened.push(minter);
    await minter.open();
    return minter;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((part) => part.close()));
  }

  private makeRevocations(): RevocationsClient | undefined {
    const { url, service, secret, revocations, longestAccessLife: longestLife } = this.options;
    if (secret === undefined) return undefined;
    return new RevocationsClient({
      url: below(url, PATHS.revocations).href,
      credential: { service, secret },
      longestLife,
      ...revocations,
      ...this.surroundings(),
    });
  }

  private surroundings(): Pick<AuthClientOptions, 'clock' | 'log'> {
    const { clock, log } = this.options;
    return { ...(clock === undefined ? {} : { clock }), ...(log === undefined ? {} : { log }) };
  }
}
