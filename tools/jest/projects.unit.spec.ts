import { ROOT, listFiles } from '../files.mjs';
import config from '../../jest.config.mjs';

/** Which projects take a spec: Jest's own patterns, here without a glob library. */
function takersOf(path: string): string[] {
  return config.projects
    .filter((project) =>
      project.testMatch.some((pattern) => {
        const [folder, suffix] = pattern.replace('<rootDir>/', '').split('/**/*');
        return path.startsWith(`${folder}/`) && path.endsWith(String(suffix));
      }),
    )
    .map((project) => project.displayName);
}

describe('the Jest projects', () => {
  it('take every spec of the repository, each exactly once', () => {
    const specs = listFiles((path) => /[.-](?:spec|test)\.[cm]?[jt]sx?$/.test(path));
    expect(specs.length).toBeGreaterThan(0);
    expect(specs.filter((path) => takersOf(path).length !== 1)).toEqual([]);
  });

  it('know their kinds', () => {
    expect(takersOf('libs/common/src/a.unit.spec.ts')).toEqual(['unit']);
    expect(takersOf('libs/common/src/a.fault.spec.ts')).toEqual(['fault']);
    expect(takersOf('libs/common/src/a.spec.ts')).toEqual([]);
    expect(takersOf('elsewhere/a.unit.spec.ts')).toEqual([]);
    expect(config.projects.every((project) => project.rootDir === ROOT)).toBe(true);
  });
});
