import type {
  KeyChange,
  NewSigningKey,
  SigningKeyStore,
  StoredKeys,
  StoredServiceKey,
  StoredSigningKey,
} from '../contracts/signing-keys.js';
import type { MemoryAuthState } from './memory-auth-state.js';

export class MemorySigningKeyStore implements SigningKeyStore {
  private signing: StoredSigningKey[] = [];
  private services: StoredServiceKey[] = [];

  constructor(private readonly state: MemoryAuthState) {}

  async keys(): Promise<StoredKeys> {
    const now = this.state.clock.now();
    return {
      signing: this.signing.filter(({ publishedUntil }) => publishedUntil === undefined || publishedUntil > now),
      services: this.services.filter(({ expiresAt }) => expiresAt > now),
      now,
    };
  }

  async addFirst(key: NewSigningKey): Promise<boolean> {
    if (this.signing.length > 0) return false;
    this.add(key, 0);
    return true;
  }

  async rotate({ key, activeIn, keepOld, unlessYounger = 0, by }: KeyChange): Promise<boolean> {
    const now = this.state.clock.now();
    if (unlessYounger > 0 && this.signing.some(({ activeFrom }) => activeFrom > now - unlessYounger)) return false;
    const end = now + activeIn + keepOld;
    this.signing = this.signing.map((old) => ({ ...old, publishedUntil: Math.min(old.publishedUntil ?? end, end) }));
    this.add(key, activeIn);
    this.state.record({ event: 'keys.rotated', subject: key.kid, actor: by });
    return true;
  }

  async putServiceKey(key: Omit<StoredServiceKey, 'expiresAt'>, ttl: number, most: number): Promise<number | undefined> {
    const now = this.state.clock.now();
    const found = this.services.find(({ kid }) => kid === key.kid);
    const others = this.services.filter(({ kid, service, expiresAt }) => service === key.service && kid !== key.kid && expiresAt > now);
    if (others.length >= most || (found !== undefined && found.service !== key.service)) return undefined;
    const expiresAt = Math.max(found?.expiresAt ?? 0, now + ttl);
    this.services = [...this.services.filter(({ kid }) => kid !== key.kid), { ...key, expiresAt }];
    this.state.record({ event: 'service-key.registered', subject: key.kid, actor: `service:${key.service}` });
    return expiresAt;
  }

  async purge(): Promise<number> {
    const before = this.signing.length + this.services.length;
    const { signing, services } = await this.keys();
    this.signing = [...signing];
    this.services = [...services];
    return before - signing.length - services.length;
  }

  private add(key: NewSigningKey, activeIn: number): void {
    const now = this.state.clock.now();
    this.signing.unshift({ ...key, createdAt: now, activeFrom: now + activeIn, publishedUntil: undefined });
  }
}
