import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { TokenKind } from '../contracts/keys.js';
import { publicMembers, thumbprint } from '../keys/thumbprint.js';

export type TestAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

export interface TestKeyOptions {
  /** @default 'ES256' */
  readonly alg?: TestAlgorithm;
  /** @default 'access' */
  readonly kind?: TokenKind;
  /** @default 'auth' for access tokens, 'gateway' for service tokens */
  readonly issuer?: string;
}

const PAIRS: Readonly<Record<TestAlgorithm, () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};
const ISSUERS: Readonly<Record<TokenKind, string>> = { access: 'auth', service: 'gateway' };
export const TYPES: Readonly<Record<TokenKind, string>> = { access: 'at+jwt', service: 'st+jwt' };

/** A key for tests that signs whatever it is given. */
export class TestKey {
  readonly kid: string;
  readonly alg: TestAlgorithm;
  readonly kind: TokenKind;
  readonly issuer: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As a key set publishes it. */
  readonly published: Readonly<Record<string, unknown>>;

  constructor({ alg = 'ES256', kind = 'access', issuer = ISSUERS[kind] }: TestKeyOptions = {}) {
    const { publicKey, privateKey } = PAIRS[alg]();
    const members = publicMembers(publicKey.export({ format: 'jwk' })) ?? {};
    this.alg = alg;
    this.kind = kind;
    this.issuer = issuer;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.kid = thumbprint(members);
    this.published = { ...members, kid: this.kid, alg, use: 'sig', iss: issuer, kind };
  }

  /** A token with this payload; `header` is laid over the right one, and a member of it that is `undefined` is left out. */
  token(payload: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}): string {
    return this.compact(JSON.stringify({ alg: this.alg, kid: this.kid, typ: TYPES[this.kind], ...header }), JSON.stringify(payload));
  }

  /** A token of exactly these texts, which need not be JSON. */
  compact(header: string, payload: string): string {
    const signed = `${encoded(header)}.${encoded(payload)}`;
    return `${signed}.${this.signature(signed).toString('base64url')}`;
  }

  signature(signed: string): Buffer {
    const data = Buffer.from(signed, 'utf8');
    if (this.alg === 'EdDSA') return sign(null, data, this.privateKey);
    return sign('sha256', data, this.alg === 'ES256' ? { key: this.privateKey, dsaEncoding: 'ieee-p1363' } : this.privateKey);
  }
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
