import { createHmac } from 'node:crypto';
import { type Attack, claims, ed, encoded, es, faultsOf, gateway, PAYLOAD, rs, SIGNATURE, stranger, toService } from './attack-kit.js';

const withoutSignature = (header: unknown): string => `${encoded(header)}.${encoded(claims())}.`;

function hmac(header: Record<string, unknown>, secret: string | Buffer): string {
  const signed = `${encoded({ typ: 'at+jwt', kid: rs.kid, ...header })}.${encoded(claims())}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const NONE = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'n\u006fne', 'null', ''];
const OTHERS = [
  'HS256',
  'HS384',
  'HS512',
  'RS384',
  'RS512',
  'PS256',
  'ES384',
  'ES512',
  'ES256K',
  'rs256',
  'Ed25519',
  'RSA-OAEP',
  'dir',
  'constructor',
  '__proto__',
];
const BAD_ALG: readonly unknown[] = [null, 1, true, [], ['RS256'], {}, undefined];
const KEYS_IN_HEADER: Readonly<Record<string, unknown>> = {
  jwk: stranger.published,
  jku: 'http://127.0.0.1:9/keys',
  x5u: 'http://127.0.0.1:9/chain',
  x5c: ['MIIB'],
  x5t: 'abc',
  'x5t#S256': 'abc',
  crit: ['exp'],
  b64: false,
  zip: 'DEF',
  cty: 'JWT',
  enc: 'A256GCM',
  epk: {},
  p2c: 1_000_000,
};
const KIDS: readonly unknown[] = [
  undefined,
  null,
  1,
  '',
  [],
  {},
  [rs.kid],
  '../../etc/passwd',
  '/dev/null',
  "' or 1=1 --",
  '*',
  '%00',
  'a'.repeat(129),
  'constructor',
  '__proto__',
  'toString',
  `${rs.kid} `,
  ` ${rs.kid}`,
  `${rs.kid}\0`,
  `${rs.kid}=`,
  rs.kid.toUpperCase(),
  'http://127.0.0.1:9/keys',
  stranger.kid,
];

const attacks: readonly Attack[] = [
  ...NONE.flatMap((alg): [string, string][] => [
    [`alg ${JSON.stringify(alg)} without a signature`, withoutSignature({ alg, kid: rs.kid, typ: 'at+jwt' })],
    [
      `alg ${JSON.stringify(alg)} with the signature of another token`,
      `${encoded({ alg, kid: rs.kid, typ: 'at+jwt' })}.${PAYLOAD}.${SIGNATURE}`,
    ],
    [`alg ${JSON.stringify(alg)}, signed`, rs.token(claims(), { alg })],
  ]),
  ...[...OTHERS, ...BAD_ALG].map((alg): [string, string] => [`alg ${JSON.stringify(alg)}`, rs.token(claims(), { alg })]),
  ...(['RS256', 'ES256', 'EdDSA'] as const).flatMap((alg) =>
    [rs, es, ed]
      .filter((key) => key.alg !== alg)
      .map((key): [string, string] => [`alg ${alg} on a key of ${key.alg}`, key.token(claims(), { alg })]),
  ),
  ['HMAC with the public key as PEM', hmac({ alg: 'HS256' }, rs.publicKey.export({ type: 'spki', format: 'pem' }))],
  ['HMAC with the public key as DER', hmac({ alg: 'HS256' }, rs.publicKey.export({ type: 'spki', format: 'der' }))],
  ['HMAC with the JWK', hmac({ alg: 'HS256' }, JSON.stringify(rs.published))],
  ['HMAC with nothing', hmac({ alg: 'HS256' }, '')],
  ['HMAC said to be RS256', hmac({ alg: 'RS256' }, rs.publicKey.export({ type: 'spki', format: 'pem' }))],
  ...Object.entries(KEYS_IN_HEADER).flatMap(([name, value]): [string, string][] => [
    [`${name} in the header`, rs.token(claims(), { [name]: value })],
    [`${name} in the header of a stranger`, stranger.token(claims(), { [name]: value })],
    [`${name} in the header of a stranger, kid of a good key`, stranger.token(claims(), { [name]: value, kid: rs.kid })],
  ]),
  ...KIDS.map((kid): [string, string] => [`kid ${JSON.stringify(kid)?.slice(0, 40)}`, rs.token(claims(), { kid })]),
  ['kid of another key', rs.token(claims(), { kid: es.kid })],
  ['the key of a stranger under a good kid', stranger.token(claims(), { kid: rs.kid })],
  ...[
    undefined,
    null,
    '',
    'JWT',
    'jwt',
    'AT+JWT',
    'application/at+jwt',
    'at+jwt ',
    'dpop+jwt',
    'logout+jwt',
    1,
    ['at+jwt'],
    '__proto__',
  ].map((typ): [string, string] => [`typ ${JSON.stringify(typ)}`, rs.token(claims(), { typ })]),
  ['an access token said to be a service token', rs.token(toService({ iss: 'auth' }), { typ: 'st+jwt' })],
  ['a service token said to be an access token', gateway.token(claims({ iss: 'gateway' }), { typ: 'at+jwt' })],
  ['a key of access tokens that names the gateway', rs.token(toService(), { typ: 'st+jwt' })],
];

describe('a token of an attacker with another header', () => {
  it.each(attacks)('is refused: %s', async (_what, token) => expect(await faultsOf(token)).toEqual([]));

  it('is tried in many ways, each a token of its own', () => {
    expect(new Set(attacks.map(([, token]) => token)).size).toBeGreaterThan(100);
  });
});
