import { createHmac } from 'node:crypto';
import { VirtualClock } from '@minos/common/testing';
import type { KeySource } from '../contracts/keys.js';
import { StaticKeys } from '../keys/static-keys.js';
import { accessClaims, serviceClaims } from '../testing/test-claims.js';
import { TestKey } from '../testing/test-key.js';
import { JwtVerifier } from './jwt-verifier.js';

const START = Date.UTC(2026, 0, 1);
const NOW = START / 1000;
const rs = new TestKey({ alg: 'RS256' });
const es = new TestKey({ alg: 'ES256' });
const ed = new TestKey({ alg: 'EdDSA' });
const gateway = new TestKey({ kind: 'service' });
const stranger = new TestKey({ alg: 'RS256' });
const published = new StaticKeys({ keys: [rs, es, ed, gateway].map((key) => key.published) });

const asked: string[] = [];
const keys: KeySource = {
  key: (kid) => {
    asked.push(kid);
    return published.key(kid);
  },
};
const jwt = new JwtVerifier({ keys, service: 'order', accessTokens: { audience: 'shop' }, clock: new VirtualClock(START) });

const claims = (more: Record<string, unknown> = {}) => ({ iss: 'auth', ...accessClaims('shop', { issuedAt: NOW }), ...more });
const toService = (more: Record<string, unknown> = {}) => ({ iss: 'gateway', ...serviceClaims('order', { issuedAt: NOW }), ...more });
const encoded = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const withoutSignature = (header: unknown): string => `${encoded(header)}.${encoded(claims())}.`;
const GOOD = rs.token(claims());
const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = GOOD.split('.');

function hmac(header: Record<string, unknown>, secret: string | Buffer): string {
  const signed = `${encoded({ typ: 'at+jwt', kid: rs.kid, ...header })}.${encoded(claims())}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The same bytes, with one of the bits set that decoders drop. */
function strayBits(part: string): string {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + (ALPHABET[ALPHABET.indexOf(part.at(-1) ?? '') + 1] ?? '');
}

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
const NOT_TIMES: readonly unknown[] = [undefined, null, '1767225660', NOW + 0.5, -1, NaN, 1e300, true, [], {}, [NOW + 60]];

const attacks: readonly (readonly [string, string])[] = [
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
  ...[undefined, null, '', 'gateway', 'AUTH', 'auth ', 'https://auth', 1, ['auth']].map((iss): [string, string] => [
    `iss ${JSON.stringify(iss)}`,
    rs.token(claims({ iss })),
  ]),
  ...[undefined, null, '', 'order', ['order'], [], [1], 'SHOP', 'shop ', ['shop', 1], { shop: true }, 1].map((aud): [string, string] => [
    `aud ${JSON.stringify(aud)} of an access token`,
    rs.token(claims({ aud })),
  ]),
  ...['product', ['order', 'product'], ['product'], 'shop', '*', ['*'], 'order ', [], undefined].map((aud): [string, string] => [
    `aud ${JSON.stringify(aud)} of a service token`,
    gateway.token(toService({ aud })),
  ]),
  ...NOT_TIMES.flatMap((time): [string, string][] =>
    ['exp', 'iat', 'nbf'].map((name) => [`${name} ${JSON.stringify(time)}`, rs.token(claims({ [name]: time }))]),
  ),
  ['exp now', rs.token(claims({ exp: NOW, iat: NOW - 60, nbf: NOW - 60 }))],
  ['exp before iat', rs.token(claims({ exp: NOW + 3, iat: NOW + 4 }))],
  ['exp in a thousand years', rs.token(claims({ exp: NOW + 31_536_000_000 }))],
  ...[undefined, null, '', 1, [], ['ann'], {}, 'a'.repeat(256)].map((sub): [string, string] => [
    `sub ${JSON.stringify(sub)?.slice(0, 20)}`,
    rs.token(claims({ sub })),
  ]),
  ...['admin', null, 1, {}, [1], [null], [['admin']], [''], { 0: 'admin', length: 1 }].flatMap((list): [string, string][] =>
    ['roles', 'permissions'].map((name) => [`${name} ${JSON.stringify(list)}`, rs.token(claims({ [name]: list }))]),
  ),
  ...[null, 1, [], 'a'.repeat(256)].map((tenant): [string, string] => [
    `tenant ${JSON.stringify(tenant)?.slice(0, 20)}`,
    rs.token(claims({ tenant })),
  ]),
  ...[null, 1, '', []].map((sid): [string, string] => [`sid ${JSON.stringify(sid)}`, rs.token(claims({ sid }))]),
  ...[undefined, null, 'now', -1, 1e20].map((time): [string, string] => [
    `auth_time ${JSON.stringify(time)}`,
    gateway.token(toService({ auth_time: time })),
  ]),
  ['nobody with a subject', gateway.token(toService({ anonymous: true }))],
  ['nobody with roles', gateway.token(toService({ anonymous: true, sub: undefined, roles: ['admin'] }))],
  ['nobody, as a text', gateway.token(toService({ anonymous: 'true', sub: undefined }))],
  ['nobody, by a client', rs.token(claims({ anonymous: true, sub: undefined }))],
  [
    'a second sub in the payload',
    rs.compact(
      JSON.stringify({ alg: 'RS256', kid: rs.kid, typ: 'at+jwt' }),
      JSON.stringify(claims()).replace('"sub":', '"sub":"eve","sub":'),
    ),
  ],
  [
    'a second sub, escaped',
    rs.compact(
      JSON.stringify({ alg: 'RS256', kid: rs.kid, typ: 'at+jwt' }),
      JSON.stringify(claims()).replace('"sub":', '"s\\u0075b":"eve","sub":'),
    ),
  ],
  [
    'a second member deep in the payload',
    rs.token({ ...claims(), more: 1 }).replace(/\.[^.]+\./, `.${encoded(JSON.stringify(claims()).replace('{', '{"x":{"a":1,"a":2},'))}.`),
  ],
  ['a second alg in the header', rs.compact(`{"alg":"none","alg":"RS256","kid":"${rs.kid}","typ":"at+jwt"}`, JSON.stringify(claims()))],
  ...['', '[]', 'null', '1', '"text"', '{', '{"alg":}', '[{"alg":"RS256"}]', `\ufeff{"alg":"RS256","kid":"${rs.kid}","typ":"at+jwt"}`].map(
    (header): [string, string] => [`the header ${JSON.stringify(header).slice(0, 30)}`, rs.compact(header, JSON.stringify(claims()))],
  ),
  ...['', '[]', 'null', '1', '"text"', '{', '{"sub":"ann"', '[{"sub":"ann"}]', '\ufeff{}'].map((payload): [string, string] => [
    `the payload ${JSON.stringify(payload)}`,
    rs.compact(JSON.stringify({ alg: 'RS256', kid: rs.kid, typ: 'at+jwt' }), payload),
  ]),
  [
    'a payload that is nested deep',
    rs.compact(JSON.stringify({ alg: 'RS256', kid: rs.kid, typ: 'at+jwt' }), `{"x":${'['.repeat(2000)}${']'.repeat(2000)}}`),
  ],
  [
    'a prototype in the payload',
    rs.compact(JSON.stringify({ alg: 'RS256', kid: rs.kid, typ: 'at+jwt' }), `{"__proto__":${JSON.stringify(claims())}}`),
  ],
  ['bad UTF-8', `${HEADER}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}.${SIGNATURE}`],
  ...[
    '',
    '.',
    '..',
    '...',
    'a',
    'a.b',
    'a.b.c.d',
    `${GOOD}.`,
    `.${GOOD}`,
    `${GOOD}.${SIGNATURE}`,
    `${HEADER}.${PAYLOAD}`,
    `${HEADER}.${PAYLOAD}.`,
    `${HEADER}..${SIGNATURE}`,
    `.${PAYLOAD}.${SIGNATURE}`,
  ].map((token): [string, string] => [`${token.split('.').length} parts: ${token.slice(0, 12)}`, token]),
  ...[
    `${GOOD}=`,
    `${GOOD}==`,
    `${HEADER}=.${PAYLOAD}.${SIGNATURE}`,
    ` ${GOOD}`,
    `${GOOD} `,
    `${GOOD}\n`,
    `\t${GOOD}`,
    `${HEADER}\n.${PAYLOAD}.${SIGNATURE}`,
    `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, 9)} ${SIGNATURE.slice(9)}`,
    `${GOOD}\0`,
  ].map((token, index): [string, string] => [`padding or whitespace ${index + 1}`, token]),
  ['base64 in place of base64url', `${HEADER}.${PAYLOAD}.${Buffer.from(SIGNATURE, 'base64url').toString('base64').replace(/=/g, '')}+/`],
  ['stray bits in the signature', `${HEADER}.${PAYLOAD}.${strayBits(SIGNATURE)}`],
  ['stray bits in the signature of ES256', ((token) => strayBits(token))(es.token(claims()))],
  ['half a byte', `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, -1)}`],
  ['a letter beyond ASCII', `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, -1)}\u0100`],
  ['no signature', `${HEADER}.${PAYLOAD}.`],
  ['a signature of one byte', `${HEADER}.${PAYLOAD}.AA`],
  ['another payload', `${HEADER}.${encoded(claims({ sub: 'eve' }))}.${SIGNATURE}`],
  ['another header', `${encoded({ kid: rs.kid, alg: 'RS256', typ: 'at+jwt' })}.${PAYLOAD}.${SIGNATURE}`],
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
  ['more than 8 KiB', rs.token(claims({ more: 'a'.repeat(8_192) }))],
  ['a megabyte', `${HEADER}.${'A'.repeat(1_048_576)}.${SIGNATURE}`],
  ['too many roles', rs.token(claims({ roles: Array.from({ length: 501 }, (_, index) => `${index}`) }))],
  ['an encrypted token', `${HEADER}.${PAYLOAD}.${PAYLOAD}.${PAYLOAD}.${SIGNATURE}`],
  ['JSON serialisation', JSON.stringify({ protected: HEADER, payload: PAYLOAD, signature: SIGNATURE })],
];

describe('a token of an attacker', () => {
  beforeEach(() => (asked.length = 0));

  it.each(attacks)('is refused: %s', async (_what, token) => {
    const outcome = await Promise.resolve()
      .then(() => jwt.verifyCaller(token))
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(outcome).toMatchObject({ code: 'PRINCIPAL_REFUSED', retryable: false });
    // The message is for logs: nothing of the token belongs there.
    for (const part of token.split('.').filter((text) => text.length > 20)) expect((outcome as Error).message).not.toContain(part);
    for (const kid of asked) expect(kid).toMatch(/^[\w-]{1,128}$/);
  });

  it('has a name of its own in this list', () => {
    expect(attacks.length).toBeGreaterThan(250);
    expect(new Set(attacks.map(([, token]) => token)).size).toBeGreaterThan(250);
  });
});

describe('the tokens that attackers changed', () => {
  it.each([
    ['RS256', GOOD],
    ['ES256', es.token(claims())],
    ['EdDSA', ed.token(claims())],
    ['of the gateway', gateway.token(toService())],
    ['with an audience in a list', gateway.token(toService({ aud: ['order'] }))],
    ['with escapes and colons in texts', rs.token(claims({ tenant: 'a:"{[\\":\\' }))],
    ['of many who are meant', rs.token(claims({ aud: ['shop', 'console'] }))],
    ['with claims that nobody knows', rs.token(claims({ more: { a: [{ b: 1 }] } }))],
  ])('are taken as they were: %s', (_what, token) => {
    expect(jwt.verifyCaller(token)).toMatchObject({ subject: 'ann' });
  });
});

describe('a service that takes no access tokens', () => {
  const strict = new JwtVerifier({ keys, service: 'order', clock: new VirtualClock(START) });

  it('refuses those of clients, and asks for no key', () => {
    asked.length = 0;
    expect(() => strict.verifyCaller(GOOD)).toThrow('(type)');
    expect(asked).toEqual([]);
    expect(strict.verifyCaller(gateway.token(toService()))).toMatchObject({ subject: 'ann' });
  });
});
