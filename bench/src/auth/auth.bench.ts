import { sign as signBare, verify as verifyBare, createPublicKey, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { JwtVerifier, StaticKeys } from '@minos/auth';
import { accessClaims, type TestAlgorithm, TestKey } from '@minos/auth/testing';
import { jwtVerify, SignJWT } from 'jose';
import { Report } from '../report.js';
import { median } from '../statistics.js';

const ALGORITHMS: readonly TestAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];
const AUDIENCE = 'shop';
const WARM_CALLS = 60_000;

interface Round {
  readonly tokens: number;
  readonly rounds: number;
}

/** What a token costs that was seen before, and one that was not, beside the bare verification of Node. */
export async function benchAuth({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('auth');
  console.log(`Tokens, Node ${process.version}${quick ? ', quick' : ''}`);
  const size: Round = quick ? { tokens: 1_000, rounds: 7 } : { tokens: 2_000, rounds: 15 };
  const worst = newTokens(report, size);
  await signing(report, size);
  const known = knownTokens(report, size);
  report.figure({
    name: 'knownTokenUs',
    what: 'a token that was seen before',
    value: known,
    unit: 'µs',
    target: { bound: 'at most', value: 5 },
  });
  report.figure({
    name: 'newTokenVsCrypto',
    what: 'a new token / bare crypto.verify, the worse of RS256 and ES256',
    value: worst,
    unit: '×',
    target: { bound: 'at most', value: 1.3 },
  });
  report.finish();
}

function newTokens(report: Report, size: Round): number {
  report.section(
    `A new token, ${size.tokens.toLocaleString('en-GB')} different ones in each of ${size.rounds} rounds, in turns; time of the processor`,
  );
  warmUp(size);
  const ratios = ALGORITHMS.map((alg) => ({ alg, ratio: compare(report, alg, size) }));
  return Math.max(...ratios.filter(({ alg }) => alg !== 'EdDSA').map(({ ratio }) => ratio));
}

/** Until the compiler has done what it does in a service that runs: its work would count as that of the verifier, and the bare call has nothing to compile. */
function warmUp({ tokens }: Round): void {
  const key = new TestKey({ alg: 'RS256' });
  const texts = tokensOf(key, tokens);
  for (let calls = 0; calls < WARM_CALLS; calls += tokens) {
    const verifier = verifierOf(key, tokens);
    for (const text of texts) void verifier.verifyToken(text);
  }
}

/** Median of the ratios of single rounds: what else the machine does falls on both sides of one. */
function compare(report: Report, alg: TestAlgorithm, { tokens, rounds }: Round): number {
  const key = new TestKey({ alg });
  // As a header brings them: in one piece.
  const texts = tokensOf(key, tokens).map((text) => Buffer.from(text).toString('latin1'));
  const object = createPublicKey({ key: key.publicKey.export({ format: 'jwk' }), format: 'jwk' });
  const bare = texts.map((text) => bareVerification(key.alg, object, text));
  const [ours, theirs]: [number[], number[]] = [[], []];
  const pieces = 10;
  for (let round = 0; round <= rounds; round++) {
    const verifier = verifierOf(key, tokens);
    let [own, crypto] = [0, 0];
    // In small pieces, one after the other, so that a change of the clock rate meets both.
    for (let piece = 0; piece < pieces; piece++) {
      const [from, to] = [(piece * tokens) / pieces, ((piece + 1) * tokens) / pieces];
      own += cpuMicroseconds(() => texts.slice(from, to).forEach((text) => void verifier.verifyToken(text)));
      crypto += cpuMicroseconds(() => bare.slice(from, to).forEach((verification) => verification()));
    }
    // The first round warms up.
    if (round === 0) continue;
    ours.push(own / tokens);
    theirs.push(crypto / tokens);
  }
  report.rate(`${alg}: crypto.verify`, median(theirs), 'µs');
  report.rate(`${alg}: JwtVerifier, a new token`, median(ours), 'µs');
  return median(ours.map((own, round) => own / (theirs[round] ?? Number.NaN)));
}

/** Nothing but what Node does: bytes and key are there already. */
function bareVerification(alg: TestAlgorithm, object: KeyObject, token: string): () => void {
  const at = token.lastIndexOf('.');
  const [signed, signature] = [Buffer.from(token.slice(0, at)), Buffer.from(token.slice(at + 1), 'base64url')];
  const given = alg === 'ES256' ? ({ key: object, dsaEncoding: 'ieee-p1363' } as const) : object;
  const digest = alg === 'EdDSA' ? null : 'sha256';
  return () => {
    if (!verifyBare(digest, signed, given, signature)) throw new Error('The signature is good.');
  };
}

async function signing(report: Report, { tokens }: Round): Promise<void> {
  report.section('Signing, and jose beside it');
  for (const alg of ALGORITHMS) {
    const key = new TestKey({ alg });
    const data = Buffer.from(tokensOf(key, 1)[0] ?? '');
    const given: KeyObject | SignKeyObjectInput = alg === 'ES256' ? { key: key.privateKey, dsaEncoding: 'ieee-p1363' } : key.privateKey;
    const count = Math.min(tokens, 1_000);
    const took = microseconds(() => {
      for (let i = 0; i < count; i++) signBare(alg === 'EdDSA' ? null : 'sha256', data, given);
    });
    report.rate(`${alg}: crypto.sign`, took / count, 'µs');
    report.rate(`${alg}: jose, jwtVerify one at a time`, await joseMicroseconds(key, count), 'µs');
  }
}

async function joseMicroseconds(key: TestKey, count: number): Promise<number> {
  const token = await new SignJWT({ iss: 'auth', ...accessClaims(AUDIENCE, { life: 300 }) })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
    .sign(key.privateKey);
  const options = { algorithms: [key.alg], issuer: 'auth', audience: AUDIENCE, typ: 'at+jwt' };
  const begun = performance.now();
  for (let i = 0; i < count; i++) await jwtVerify(token, key.publicKey, options);
  return ((performance.now() - begun) * 1000) / count;
}

function knownTokens(report: Report, { tokens, rounds }: Round): number {
  report.section('A token that was seen before');
  const key = new TestKey({ alg: 'RS256' });
  const verifier = verifierOf(key, tokens);
  const texts = tokensOf(key, Math.min(tokens, 1_000)).map((text) => Buffer.from(text));
  for (const text of texts) void verifier.verifyToken(text.toString('latin1'));
  const times: number[] = [];
  for (let round = 0; round <= rounds * 3; round++) {
    // A request brings a text of its own, whose hash is not known yet.
    const fresh = texts.map((text) => text.toString('latin1'));
    const took = cpuMicroseconds(() => fresh.forEach((text) => void verifier.verifyToken(text)));
    if (round > 0) times.push(took / texts.length);
  }
  report.rate(`JwtVerifier, one of ${texts.length.toLocaleString('en-GB')} known tokens`, median(times), 'µs');
  return median(times);
}

function verifierOf(key: TestKey, cacheSize: number): JwtVerifier {
  return new JwtVerifier({ keys: new StaticKeys({ keys: [key.published] }), accessTokens: { audience: AUDIENCE }, cacheSize });
}

function tokensOf(key: TestKey, count: number): string[] {
  const roles = ['customer'];
  const permissions = ['orders.read', 'orders.place'];
  return Array.from({ length: count }, (_, index) => {
    const subject = `0190b6a0-0000-7000-8000-${String(index).padStart(12, '0')}`;
    return key.token({ iss: 'auth', ...accessClaims(AUDIENCE, { subject, roles, permissions, session: `s-${index}`, life: 300 }) });
  });
}

/** Of the processor, those of the garbage collector included: what other processes do falls on neither side. */
function cpuMicroseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function microseconds(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) * 1000;
}
