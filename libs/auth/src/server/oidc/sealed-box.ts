import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';

/** Texts that only the server can make or read, for one purpose and a time, so that every replica can go on with what another one has begun. */
export class SealedBox {
  private readonly key: Uint8Array;

  constructor(secret: Buffer, purpose: string) {
    this.key = new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
  }

  seal(content: Readonly<Record<string, string>>, seconds: number): Promise<string> {
    return new EncryptJWT({ ...content })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .encrypt(this.key);
  }

  /** Rejects where the text was not made here for this purpose, or too long ago. */
  async open(sealed: string): Promise<Readonly<Record<string, unknown>>> {
    const { payload } = await jwtDecrypt(sealed, this.key, { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] });
    return payload;
  }
}
