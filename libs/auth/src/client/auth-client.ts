import { type MessageProofs, type OptionFault, OptionsInvalidError, stayAwake } from '@minos/common';
import type { ServiceCredential } from '../contracts/service-credentials.js';
import { KeySetClient } from '../keys/key-set-client.js';
import { MessageKeyClient } from '../messages/message-key-client.js';
import { SignedMessageSigner } from '../messages/signed-message-signer.js';
import { SignedMessageVerifier } from '../messages/signed-message-verifier.js';
import { RegisteredKeyMinter } from '../minting/registered-key-minter.js';
import { RevocationsClient } from '../revocations/revocations-client.js';
import { JwtVerifier } from '../verification/jwt-verifier.js';
import { type AuthClientOptions, type ResolvedAuthClientOptions, resolveAuthClientOptions } from './auth-client.options.js';

/** Paths of the auth service, below its address. */
const PATHS = {
  keySet: '.well-known/jwks.json',
  revocations: 'auth/revocations',
  serviceKeys: 'auth/service-keys',
  messageKeys: 'auth/message-keys',
};

/** Everything that a process needs of the auth service, put together: keys, what was taken back, and the verifier on top of both. */
export class AuthClient {
  readonly verifier: JwtVerifier;
  readonly keys: KeySetClient;
  /** `undefined` without a secret. */
  readonly revocations: RevocationsClient | undefined;
  /** What messages are signed and verified with; `undefined` unless the option `messages` says so. */
  readonly messageProofs: MessageProofs | undefined;
  private readonly messageKeys: MessageKeyClient | undefined;
  private readonly options: ResolvedAuthClientOptions;
  private readonly opened: { close(): Promise<void> }[] = [];

  /** Throws `OPTIONS_INVALID`. Asks for nothing yet. */
  constructor(options: AuthClientOptions) {
    this.options = resolveAuthClientOptions(options);
    const { url, keySet, service, accessTokens, tolerance, expiryTolerance, longestAccessLife, tokenSize, cacheSize } = this.options;
    this.keys = new KeySetClient({ url: below(url, PATHS.keySet).href, ...keySet, ...this.surroundings() });
    this.revocations = this.makeRevocations();
    this.messageKeys = this.makeMessageKeys();
    this.messageProofs = this.messageKeys && proofsOf(service, this.messageKeys);
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
    const parts = [this.keys, this.revocations, this.messageKeys];
    this.opened.push(...parts.filter((part) => part !== undefined));
    await stayAwake(() => Promise.all([this.keys.open(), this.revocations?.open(withinMs), this.messageKeys?.open()]));
  }

  /** A minter of service tokens, opened: what the gateway needs. Rejects with `OPTIONS_INVALID` where there is no secret. It is closed with the client. */
  async openMinter(): Promise<RegisteredKeyMinter> {
    const { url, minter: times } = this.options;
    const credential = this.credentialFor('openMinter()');
    const minter = new RegisteredKeyMinter({ url: below(url, PATHS.serviceKeys).href, credential, ...times, ...this.surroundings() });
    this.opened.push(minter);
    await stayAwake(() => minter.open());
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

  private makeMessageKeys(): MessageKeyClient | undefined {
    const { url, messages } = this.options;
    if (!messages) return undefined;
    const credential = this.credentialFor('messages');
    return new MessageKeyClient({ url: below(url, PATHS.messageKeys).href, credential, ...this.surroundings() });
  }

  private credentialFor(what: string): ServiceCredential {
    const { service, secret } = this.options;
    if (secret !== undefined) return { service, secret };
    const fault: OptionFault = { path: 'secret', message: `is needed for ${what}: the service has to prove its name` };
    throw new OptionsInvalidError('AuthClient', [fault]);
  }

  private surroundings(): Pick<AuthClientOptions, 'clock' | 'log'> {
    const { clock, log } = this.options;
    return { ...(clock === undefined ? {} : { clock }), ...(log === undefined ? {} : { log }) };
  }
}

function proofsOf(service: string, keys: MessageKeyClient): MessageProofs {
  return {
    signer: new SignedMessageSigner({ service, key: keys.signing }),
    verifier: new SignedMessageVerifier({ service, find: keys.find }),
  };
}

/** One of auth's addresses below its own; keeps a path that the base has. */
function below(base: string, path: string): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`);
}
