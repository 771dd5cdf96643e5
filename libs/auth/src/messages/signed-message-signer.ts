import { BoundedCache, type MessageSeal, type MessageSigner, type Principal, type SealedMessage, writeClaims } from '@minos/common';
import type { EphemeralKey } from '../minting/ephemeral-key.js';
import { leafOf, treeOf } from './hash-tree.js';
import { MessageKeyUnavailableError } from './message.errors.js';
import { batchStatement, claimsStatement, sealStatement } from './statements.js';

export interface SignedMessageSignerOptions {
  /** Durable name of this service: it signs for no other. */
  readonly service: string;
  /** The key, once others can find it. Throws or rejects with a retryable error where they cannot. */
  readonly key: () => EphemeralKey | Promise<EphemeralKey>;
}

interface Waiting {
  readonly message: SealedMessage;
  readonly principal: Principal;
  readonly resolve: (seal: MessageSeal) => void;
  readonly reject: (error: unknown) => void;
}

const REMEMBERED = 1_000;
/** So that a proof has eight hashes at the most. */
const LARGEST = 256;

/**
 * Signs with a key that nobody else has: whoever reads messages can verify them and forge none. What is sealed in one turn is signed at once, by one signature over all, and
 * each message carries its way to it; claims are signed when they are met first.
 */
export class SignedMessageSigner implements MessageSigner {
  private readonly claims = new BoundedCache<string>(REMEMBERED);
  private waiting: Waiting[] = [];

  constructor(private readonly options: SignedMessageSignerOptions) {}

  seal(message: SealedMessage, principal: Principal): Promise<MessageSeal> {
    const { service } = this.options;
    if (message.producer !== service)
      throw new MessageKeyUnavailableError(
        `Nothing can be signed for ${JSON.stringify(message.producer)}`,
        `this process signs for "${service}"`,
      );
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) queueMicrotask(() => void this.flush());
      this.waiting.push({ message, principal, resolve, reject });
    });
  }

  private async flush(): Promise<void> {
    const waiting = this.waiting;
    this.waiting = [];
    try {
      const key = await this.options.key();
      for (let at = 0; at < waiting.length; at += LARGEST) this.sealBatch(key, waiting.slice(at, at + LARGEST));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  private sealBatch(key: EphemeralKey, batch: readonly Waiting[]): void {
    const { service } = this.options;
    const texts = batch.map(({ principal }) => this.textOf(key, writeClaims(principal)));
    const leaves = batch.map(({ message }, at) => {
      const { text, body } = sealStatement(key.kid, message, texts[at] ?? '');
      return leafOf(text, body);
    });
    const { root, proofs } = treeOf(leaves);
    const signature = key.signature(batchStatement(key.kid, service, root.toString('base64url'))).toString('base64url');
    for (const [at, { resolve }] of batch.entries()) {
      const { index = 0, beside = [] } = proofs[at] ?? {};
      const path = beside.map((hash) => hash.toString('base64url')).join('');
      resolve({ principal: texts[at] ?? '', mac: `v2.${key.kid}.${index}.${path}.${signature}` });
    }
  }

  private textOf(key: EphemeralKey, claims: string): string {
    const place = `${key.kid}.${claims}`;
    const known = this.claims.get(place);
    if (known !== undefined) return known;
    const signature = key.signature(claimsStatement(key.kid, this.options.service, claims)).toString('base64url');
    const text = `v2.${key.kid}.${signature}.${claims}`;
    this.claims.set(place, text);
    return text;
  }
}
