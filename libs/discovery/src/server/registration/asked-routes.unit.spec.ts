import { AskedRoutes, firstSegmentsOf } from './asked-routes.js';

const claim = (shape: string) => ({ method: 'GET', path: shape, shape });

/** All shapes of at most three segments out of two words, a parameter, and the rest at the end. */
function allShapes(): readonly string[] {
  const inner = ['a', 'b', '{}'];
  let begun = [''];
  const shapes = ['/'];
  for (let length = 1; length <= 3; length++) {
    shapes.push(...begun.flatMap((start) => [...inner, '{...}'].map((segment) => `${start}/${segment}`)));
    begun = begun.flatMap((start) => inner.map((segment) => `${start}/${segment}`));
  }
  return shapes;
}

/** All paths of at most four segments out of the words and one that is none of them. */
function allPaths(): readonly string[] {
  let last = [''];
  const paths = ['/'];
  for (let length = 1; length <= 4; length++) {
    last = last.flatMap((start) => ['a', 'b', 'c'].map((segment) => `${start}/${segment}`));
    paths.push(...last);
  }
  return paths;
}

function matches(shape: string, path: string): boolean {
  const pattern = shape.replaceAll('{...}', '.+').replaceAll('{}', '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

describe('AskedRoutes', () => {
  it('finds exactly the routes that match a path which the other one matches', () => {
    const shapes = allShapes();
    const paths = allPaths();
    const matched = new Map(shapes.map((shape) => [shape, new Set(paths.filter((path) => matches(shape, path)))]));
    const meet = (one: string, other: string): boolean => [...(matched.get(one) ?? [])].some((path) => matched.get(other)?.has(path));
    const tree = new AskedRoutes(shapes.map(claim));
    for (const shape of shapes) {
      const found = tree.meeting({ shape }).map((route) => route.shape);
      expect([shape, [...found].sort()]).toEqual([shape, shapes.filter((other) => meet(shape, other)).sort()]);
    }
  });

  it('says with which segment a claim must begin to meet them', () => {
    expect(firstSegmentsOf([claim('/a/{}'), claim('/b'), claim('/a')])).toEqual(['a', 'b', '{}', '{...}']);
    expect(firstSegmentsOf([claim('/')])).toContain('');
    expect(firstSegmentsOf([claim('/a'), claim('/{}/b')])).toBeUndefined();
    expect(firstSegmentsOf([claim('/{...}')])).toBeUndefined();
  });
});
