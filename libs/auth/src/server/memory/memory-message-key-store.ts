import type { MessageKeyStore, StoredMessageKey } from '../contracts/message-keys.js';
import type { MemoryAuthState } from './memory-auth-state.js';

export class MemoryMessageKeyStore implements MessageKeyStore {
  private readonly keys = new Map<string, StoredMessageKey & { readonly at: number }>();

  constructor(private readonly state: MemoryAuthState) {}

  async put(key: StoredMessageKey): Promise<boolean> {
    const known = this.keys.get(key.kid);
    if (known !== undefined && known.service !== key.service) return false;
    this.keys.set(key.kid, { ...key, at: this.state.clock.now() });
    return true;
  }

  async find(kids: readonly string[]): Promise<readonly StoredMessageKey[]> {
    const known = kids.flatMap((kid) => this.keys.get(kid) ?? []);
    return known.map(({ kid, service, publicJwk }) => ({ kid, service, publicJwk }));
  }

  async purge(keep: number): Promise<number> {
    const before = this.keys.size;
    for (const [kid, { at }] of this.keys) if (at < this.state.clock.now() - keep) this.keys.delete(kid);
    return before - this.keys.size;
  }
}
