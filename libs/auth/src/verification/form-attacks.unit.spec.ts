import { type Attack, claims, encoded, es, faultsOf, GOOD, HEADER, PAYLOAD, rs, SIGNATURE } from './attack-kit.js';

/** The same bytes, with one of the bits set that decoders drop. */
function strayBits(part: string): string {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + (ALPHABET[ALPHABET.indexOf(part.at(-1) ?? '') + 1] ?? '');
}

const attacks: readonly Attack[] = [
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
  ['more than 8 KiB', rs.token(claims({ more: 'a'.repeat(8_192) }))],
  ['a megabyte', `${HEADER}.${'A'.repeat(1_048_576)}.${SIGNATURE}`],
  ['an encrypted token', `${HEADER}.${PAYLOAD}.${PAYLOAD}.${PAYLOAD}.${SIGNATURE}`],
  ['JSON serialisation', JSON.stringify({ protected: HEADER, payload: PAYLOAD, signature: SIGNATURE })],
];

describe('a token in another form', () => {
  it.each(attacks)('is refused: %s', async (_what, token) => expect(await faultsOf(token)).toEqual([]));

  it('is tried in many ways, each a token of its own', () => {
    expect(new Set(attacks.map(([, token]) => token)).size).toBeGreaterThan(60);
  });
});
