import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';

/** What a browser has begun, and what the provider's answer is held against. */
export interface OidcFlow {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
}

/** How long somebody may take at the provider, in seconds. */
export const FLOW_SECONDS = 600;

/** Keeps a flow in a cookie that only the server can read or make, so that every replica can go on with it and an answer is good in one browser alone. */
export class SealedFlow {
  private readonly key: Uint8Array;

  constructor(secret: Buffer) {
    this.key = new Uint8Array(hkdfSync('sha256', secret, '', 'minos oidc flow', 32));
  }

  seal({ provider, state, nonce, verifier }: OidcFlow): Promise<string> {
    return new EncryptJWT({ provider, state, nonce, verifier })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setIssuedAt()
      .setExpirationTime(`${FLOW_SECONDS}s`)
      .encrypt(this.key);
  }

  /** Rejects where the text was not made here, or too long ago. */
  async open(sealed: string): Promise<OidcFlow> {
    const { payload } = await jwtDecrypt(sealed, this.key, { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] });
    const { provider, state, nonce, verifier } = payload as Readonly<Record<string, unknown>>;
    return { provider: String(provider), state: String(state), nonce: String(nonce), verifier: String(verifier) };
  }
}
