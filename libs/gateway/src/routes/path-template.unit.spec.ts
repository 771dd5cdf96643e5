import { shapeOf, templateFault } from '@minos/discovery';
import fc from 'fast-check';
import { parseTemplate } from './path-template.js';
import { segmentsOf } from './routes-kit.js';

/** The registry gives a path to one service by its shape, and the gateway finds the service by it: what is one path for one of them must not be two for the other. */
describe('templates of the registry, at the gateway', () => {
  const segment = fc.constantFrom('orders', 'Orders', 'a.b', '@x', '{id}', '{orderId}', '{ID}', '{_1}');
  const template = fc
    .tuple(fc.array(segment, { maxLength: 5 }), fc.constantFrom('', '{rest...}', '{Path...}'))
    .map(([segments, rest]) => `/${[...segments, ...(rest === '' ? [] : [rest])].join('/')}`)
    .filter((path) => templateFault(path) === undefined);
  const place = (path: string): string | undefined => {
    const parsed = parseTemplate(path);
    return typeof parsed === 'string'
      ? undefined
      : JSON.stringify(parsed.segments.map(({ kind, ...more }) => [kind, 'text' in more && more.text.toLowerCase()]));
  };

  it('have the shape that they have there', () => {
    fc.assert(
      fc.property(template, (path) => {
        const parsed = parseTemplate(path);
        if (typeof parsed === 'string') expect(parsed).toBe('names a parameter twice');
        else expect([parsed.shape, parsed.segments.length]).toEqual([shapeOf(path), segmentsOf(path).length]);
      }),
    );
  });

  it('are of one shape where the gateway puts them in one place, and nowhere else', () => {
    fc.assert(
      fc.property(template, template, (one, other) => {
        fc.pre(place(one) !== undefined && place(other) !== undefined);
        expect(shapeOf(one) === shapeOf(other)).toBe(place(one) === place(other));
      }),
    );
  });

  it.each([
    ['/orders/{id}', '/Orders/{other}', true],
    ['/files/{path...}', '/FILES/{rest...}', true],
    ['/files/{path}', '/files/{path...}', false],
    ['/orders/{id}', '/orders/id', false],
    ['/', '/{rest...}', false],
  ])('%s and %s: one shape is %s, here and there', (one, other, same) => {
    expect(shapeOf(one) === shapeOf(other)).toBe(same);
    expect(place(one) === place(other)).toBe(same);
  });

  it.each(['orders', '/a//b', '/./a', '/a\\b', '/{}', '/x{a}', '/{a...}/b', '/{a}{b}'])('are refused by both: %s', (path) => {
    expect(templateFault(path)).toBeDefined();
    expect(parseTemplate(path)).toEqual(expect.any(String));
  });

  it('are known with a slash at their end by the gateway alone, as one with the path without it', () => {
    expect(templateFault('/orders/')).toBeDefined();
    expect(place('/orders/')).toBe(place('/orders'));
    expect(parseTemplate('/orders/')).toMatchObject({ shape: shapeOf('/orders') });
  });
});
