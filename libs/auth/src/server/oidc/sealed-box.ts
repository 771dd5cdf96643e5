import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt, type JWTDecryptOptions } from 'jose';

const DECRYPTION: JWTDecryptOptions = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] };

/**
 * Texts that only the server can make or read, for one purpose and a time, so that every replica can go on with what another one has begun. The first secret seals; all are tried
 * to open, so that a secret can be replaced.
 */
export class SealedBox {
  private readonly keys: readonly Uint8Array[];

  constructor(secrets: readonly Buffer[], purpose: string) {
    this.keys = secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32)));
  }

  seal(content: Readonly<Record<string, string>>, seconds: number): Promise<string> {
    return new EncryptJWT({ ...content })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .encrypt(this.keys[0] as Uint8Array);
  }

  /** Rejects where the text was not made here for this purpose, or too long ago. */
  async open(sealed: string): Promise<Readonly<Record<string, unknown>>> {
    let failure: unknown;
    for (const key of this.keys) {
      try {
        return (await jwtDecrypt(sealed, key, DECRYPTION)).payload;
      } catch (error) {
        failure = error;
        // Anything else is wrong with the text, whatever the key.
        if (!(error instanceof errors.JWEDecryptionFailed)) break;
      }
    }
    throw failure;
  }
}
