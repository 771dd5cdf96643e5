import { childOf, formatTraceparent, parseTraceparent, traceIdOf } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('traceparent', () => {
  it('is read and written again', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    const parsed = parseTraceparent(text);
    expect(parsed).toEqual({ traceId: TRACE, spanId: SPAN, flags: 1 });
    expect(parsed && formatTraceparent(parsed)).toBe(text);
    expect(traceIdOf(text)).toBe(TRACE);
  });

  it('of a later version may have more fields', () => {
    expect(parseTraceparent(`01-${TRACE}-${SPAN}-00-what-else`)).toMatchObject({ spanId: SPAN, flags: 0 });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
  ])('%s is none', (text) => expect(parseTraceparent(text)).toBeUndefined());

  it('has children of the same trace with ids of their own', () => {
    const parent = { traceId: TRACE, spanId: SPAN, flags: 1 };
    const children = Array.from({ length: 200 }, () => childOf(parent));
    expect(new Set(children.map(({ spanId }) => spanId)).size).toBe(200);
    for (const child of children) expect(parseTraceparent(formatTraceparent(child))).toEqual({ ...child, traceId: TRACE, flags: 1 });
  });
});
