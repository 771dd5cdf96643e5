import * as fc from 'fast-check';
import { isMinosError } from '../errors/minos-error.js';
import { parseJson } from './parse-json.js';

function refusal(text: string | Uint8Array, limits?: { bytes: number; depth: number }): Readonly<Record<string, unknown>> {
  try {
    parseJson(text, limits);
  } catch (error) {
    if (isMinosError(error, 'PAYLOAD_REFUSED')) return error.details;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseJson', () => {
  it('reads text and bytes', () => {
    expect(parseJson('{"a":[1,null,"ü"]}')).toEqual({ a: [1, null, 'ü'] });
    expect(parseJson(Buffer.from('{"a":[1,null,"ü"]}'))).toEqual({ a: [1, null, 'ü'] });
  });

  it.each([
    ['an integer that JSON.parse would round', '{"lines":[{"quantity":9007199254740993}]}', 'payload.unsafe-integer', 'lines[0].quantity'],
    ['a negative one', '[-9007199254740993]', 'payload.unsafe-integer', '[0]'],
    ['a number beyond doubles', '{"a":1e999}', 'payload.not-finite', 'a'],
    ['NUL', '{"a":"\\u0000"}', 'payload.nul', 'a'],
    ['a lone surrogate', '{"a":{"b":"\\ud83d"}}', 'payload.surrogate', 'a.b'],
    ['a lone surrogate in a key', '{"\\ud83d":1}', 'payload.surrogate', '["\\ud83d"]'],
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'payload.prototype-key', 'a.__proto__'],
    ['an escaped __proto__', '{"\\u005f_proto__":1}', 'payload.prototype-key', '__proto__'],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', 'payload.prototype-key', 'constructor'],
    ['no JSON', '{"a":', 'payload.syntax', ''],
    ['nothing', '', 'payload.syntax', ''],
  ])('refuses %s', (_what, text, reason, path) => {
    expect(refusal(text)).toMatchObject({ reason, path });
  });

  it('keeps the greatest safe integers', () => {
    expect(parseJson('[9007199254740991,-9007199254740991]')).toEqual([9007199254740991, -9007199254740991]);
  });

  it.each(['[', '{"a":', '[{"a":'])('refuses depth 50,000 of %s, naming the place', (opening) => {
    const found = refusal(opening.repeat(50_000));
    expect(found).toMatchObject({ reason: 'payload.depth' });
    expect(String(found['path']).length).toBeGreaterThan(0);
  });

  it('names the place that is too deep', () => {
    const limits = { bytes: 1000, depth: 4 };
    expect(refusal('{"a":[{"x":"]}","b":[1,2,[3]]}],"c":1}', limits)).toMatchObject({ path: 'a[0].b[2]' });
    expect(refusal('[[],[],[{"q\\"[":{"k":[]}}]]', limits)).toMatchObject({ path: '[2][0]["q\\\\\\"["].k' });
  });

  it('does not count brackets in strings', () => {
    const text = JSON.stringify({ a: '[[[[[[[[[["\\[[[[[', b: '\\', c: '"[' });
    expect(parseJson(text, { bytes: 1000, depth: 1 })).toEqual(JSON.parse(text));
  });

  it('refuses one byte more than the limit, and takes the limit', () => {
    const text = JSON.stringify('x'.repeat(1024 * 1024 - 2));
    expect(parseJson(text)).toHaveLength(1024 * 1024 - 2);
    expect(refusal(`${text} `)).toMatchObject({ reason: 'payload.size', path: '' });
    expect(refusal(Buffer.from(`${text} `))).toMatchObject({ reason: 'payload.size' });
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ reason: 'payload.encoding' });
  });

  it('agrees with JSON.parse on all it accepts, and throws nothing but its own error', () => {
    const texts = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => text.slice(0, -1)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parseJson(text)).toEqual(JSON.parse(text));
        } catch (error) {
          if (!isMinosError(error, 'PAYLOAD_REFUSED')) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
