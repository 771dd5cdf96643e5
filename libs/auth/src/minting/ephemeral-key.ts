import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { publicMembers, thumbprint } from '../keys/thumbprint.js';

/** A signing key that lives in this process alone. */
export class EphemeralKey {
  readonly kid: string;
  readonly jwk: Readonly<Record<string, string>>;
  private readonly privateKey: KeyObject;
  private readonly header: string;

  /** A new ES256 key: signed as often as verified, it is the cheapest of all. */
  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const members = publicMembers(publicKey.export({ format: 'jwk' }));
    if (members === undefined) throw new TypeError('Node exports all members of an EC key.');
    this.privateKey = privateKey;
    this.jwk = Object.freeze(members);
    this.kid = thumbprint(members);
    this.header = encoded({ alg: 'ES256', kid: this.kid, typ: 'st+jwt' });
  }

  /** The service token of these claims. */
  sign(claims: Readonly<Record<string, unknown>>): string {
    const signed = `${this.header}.${encoded(claims)}`;
    return `${signed}.${this.signature(Buffer.from(signed, 'latin1')).toString('base64url')}`;
  }

  /** By ES256, in the 64 bytes of IEEE P1363. */
  signature(data: Uint8Array): Buffer {
    return sign('sha256', data, { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
