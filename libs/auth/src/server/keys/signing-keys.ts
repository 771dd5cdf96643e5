import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Clock } from '@minos/common';
import type { SigningKeyStore, StoredKeys, StoredSigningKey } from '../contracts/signing-keys.js';
import type { KeyCipher } from './key-cipher.js';
import { SigningKeyUnavailableError } from './key.errors.js';
import { newSigningKey } from './new-signing-key.js';
import { resolveSigningKeysOptions, type SigningKeysOptions, type SigningKeysSettings } from './signing-keys.options.js';

export interface CurrentKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
}

interface Snapshot extends StoredKeys {
  /** When it was read, on the monotonic clock. */
  readonly readAt: number;
}

export interface SigningKeysPorts {
  readonly store: SigningKeyStore;
  readonly cipher: KeyCipher;
  readonly clock: Clock;
}

/**
 * The keys of access tokens: makes the first one, says which one signs now, and rotates. What is in the store is read again every few seconds; while the store is away, what was read last goes on.
 */
export class SigningKeys {
  private readonly settings: SigningKeysSettings;
  private readonly opened = new Map<string, KeyObject>();
  private snapshot: Snapshot | undefined;
  private reading: Promise<Snapshot> | undefined;

  constructor(
    private readonly ports: SigningKeysPorts,
    options: SigningKeysOptions = {},
  ) {
    this.settings = resolveSigningKeysOptions(options);
  }

  /** Makes the first key where there is none; of replicas that start at once one makes it. Rejects with `KEY_ENCRYPTION_KEY_WRONG` where the one to sign with cannot be decrypted. */
  async start(): Promise<void> {
    const { store, cipher } = this.ports;
    if ((await store.keys()).signing.length === 0) await store.addFirst(await newSigningKey(cipher));
    this.snapshot = undefined;
    await this.current();
  }

  /** The key that signs now. Rejects with `SIGNING_KEY_UNAVAILABLE` where none is known. */
  async current(): Promise<CurrentKey> {
    const { signing, now, readAt } = await this.fresh();
    const moment = now + this.ports.clock.monotonic() - readAt;
    const key = signing.find(({ activeFrom, publishedUntil = Infinity }) => activeFrom <= moment && publishedUntil > moment);
    if (key === undefined) throw new SigningKeyUnavailableError();
    return { kid: key.kid, alg: key.alg, privateKey: this.open(key) };
  }

  /** What is published now, read from the store. */
  published(): Promise<StoredKeys> {
    return this.read();
  }

  /**
   * Adds a key. It is published at once and signs after `publishAhead`; the keys before it stay published until their last token has ended. `now`: it signs at once. `compromised`: the
   * keys before it are taken back at once as well, and with them all tokens that they signed.
   */
  async rotate(by: string, how: 'ahead' | 'now' | 'compromised' = 'ahead'): Promise<string> {
    const { publishAhead, keepOld } = this.settings;
    const key = await newSigningKey(this.ports.cipher);
    const activeIn = how === 'ahead' ? publishAhead : 0;
    await this.ports.store.rotate({ key, activeIn, keepOld: how === 'compromised' ? 0 : keepOld, by });
    this.snapshot = undefined;
    return key.kid;
  }

  /** Rotates where the newest key is due; any number of replicas may ask at once. */
  async rotateIfDue(): Promise<boolean> {
    const { store, cipher } = this.ports;
    const { rotateEvery, publishAhead, keepOld } = this.settings;
    const unlessYounger = rotateEvery - publishAhead;
    const { signing, now } = await store.keys();
    if (signing.some(({ activeFrom }) => activeFrom > now - unlessYounger)) return false;
    return store.rotate({ key: await newSigningKey(cipher), activeIn: publishAhead, keepOld, unlessYounger, by: 'schedule' });
  }

  private async fresh(): Promise<Snapshot> {
    const { snapshot } = this;
    if (snapshot !== undefined && this.ports.clock.monotonic() - snapshot.readAt < this.settings.reread) return snapshot;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading.catch((error: unknown) => {
      if (snapshot === undefined) throw error;
      return snapshot;
    });
  }

  private async read(): Promise<Snapshot> {
    const keys = await this.ports.store.keys();
    this.snapshot = { ...keys, readAt: this.ports.clock.monotonic() };
    return this.snapshot;
  }

  private open({ kid, privateKey }: StoredSigningKey): KeyObject {
    const known = this.opened.get(kid);
    if (known !== undefined) return known;
    const key = createPrivateKey({ key: this.ports.cipher.decrypt(kid, privateKey), format: 'der', type: 'pkcs8' });
    this.opened.set(kid, key);
    return key;
  }
}
