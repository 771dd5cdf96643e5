import { failureText } from './failure-text.js';

describe('failureText', () => {
  it.each([
    [new Error('no connection'), 'no connection'],
    [new RangeError('too large'), 'RangeError: too large'],
    [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }), 'connect ECONNREFUSED 127.0.0.1:1'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'AggregateError: ECONNREFUSED'],
    [new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }), 'TypeError: fetch failed (ENOTFOUND)'],
    [{ message: null, code: 'EIO', name: 7 }, 'EIO'],
    [{ message: { a: 1 }, code: 5 }, 'unknown'],
    ['text', 'unknown'],
    [undefined, 'unknown'],
  ])('says of %p what is wrong', (error, text) => {
    expect(failureText(error)).toBe(text);
  });
});
