import { readPageQuery } from './page-query.js';

describe('readPageQuery', () => {
  it('has the first fifty where nothing is said', () => {
    for (const nothing of [undefined, '']) expect(readPageQuery(nothing, nothing)).toEqual({ limit: 50, after: undefined });
  });

  it('reads what is said', () => {
    expect(readPageQuery('200', 'mug')).toEqual({ limit: 200, after: 'mug' });
    expect(readPageQuery('1', 'mug', (text) => text === 'mug')).toEqual({ limit: 1, after: 'mug' });
  });

  it.each([
    ['0', undefined, ['limit']],
    ['201', undefined, ['limit']],
    ['-1', undefined, ['limit']],
    ['1e1', undefined, ['limit']],
    ['9999999999', undefined, ['limit']],
    [['1', '2'], undefined, ['limit']],
    [undefined, ['a', 'b'], ['after']],
    [undefined, 'x'.repeat(1_001), ['after']],
    [undefined, 'cup', ['after']],
    ['x', 'cup', ['limit', 'after']],
  ])('refuses limit %p and after %p, and names what does not fit', (limit, after, paths) => {
    let refusal: unknown;
    try {
      readPageQuery(limit, after, (text) => text !== 'cup');
    } catch (error) {
      refusal = (error as { getResponse(): unknown }).getResponse();
    }
    expect(refusal).toMatchObject({ code: 'VALIDATION_FAILED', message: `The request does not fit: ${paths.join(', ')}.` });
    expect((refusal as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths);
  });
});
