import type { TestKey } from '../testing/test-key.js';
import { type Attack, claims, ed, encoded, es, faultsOf, rs } from './attack-kit.js';

function derSignature(): string {
  const signed = `${encoded({ alg: 'ES256', kid: es.kid, typ: 'at+jwt' })}.${encoded(claims())}`;
  const raw = es.signature(signed);
  const integer = (bytes: Buffer): Buffer => {
    const at = bytes.findIndex((byte) => byte !== 0);
    const body = (bytes[at] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes.subarray(at)]) : bytes.subarray(at);
    return Buffer.concat([Buffer.from([2, body.length]), body]);
  };
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return `${signed}.${Buffer.concat([Buffer.from([0x30, both.length]), both]).toString('base64url')}`;
}

/** With the signature changed by `change`. */
function resigned(key: TestKey, change: (signature: Buffer) => Buffer): string {
  const [header = '', payload = '', signature = ''] = key.token(claims()).split('.');
  return `${header}.${payload}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`;
}

const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

const attacks: readonly Attack[] = [
  ['a signature as DER', derSignature()],
  ['a signature of zeros', resigned(es, () => Buffer.alloc(64))],
  ['r and s of the order', resigned(es, () => Buffer.concat([order, order]))],
  ['r of zero', resigned(es, (raw) => Buffer.concat([Buffer.alloc(32), raw.subarray(32)]))],
  ['s of zero', resigned(es, (raw) => Buffer.concat([raw.subarray(0, 32), Buffer.alloc(32)]))],
  ['63 bytes', resigned(es, (raw) => raw.subarray(1))],
  ['65 bytes', resigned(es, (raw) => Buffer.concat([Buffer.alloc(1), raw]))],
  [
    '66 bytes, each half longer',
    resigned(es, (raw) => Buffer.concat([Buffer.alloc(1), raw.subarray(0, 32), Buffer.alloc(1), raw.subarray(32)])),
  ],
  ['an RSA signature with a byte more', resigned(rs, (raw) => Buffer.concat([Buffer.alloc(1), raw]))],
  ['an EdDSA signature of zeros', resigned(ed, () => Buffer.alloc(64))],
];

describe('a token with a signature of an attacker', () => {
  it.each(attacks)('is refused: %s', async (_what, token) => expect(await faultsOf(token)).toEqual([]));

  it('is tried in many ways, each a token of its own', () => {
    expect(new Set(attacks.map(([, token]) => token)).size).toBeGreaterThanOrEqual(10);
  });
});
