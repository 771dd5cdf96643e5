import { dirname } from 'node:path';
import { isMinosError } from '../errors/minos-error.js';
import { assertSingleCopy, markCopy } from './single-copy.js';

const SRC = dirname(__dirname);

describe('assertSingleCopy', () => {
  afterEach(() => {
    delete (globalThis as { [key: symbol]: unknown })[Symbol.for('@minos/common/copy')];
    markCopy();
  });

  it('passes with one copy, also one that is loaded again', () => {
    jest.isolateModules(() => jest.requireActual('./single-copy.js'));
    expect(assertSingleCopy).not.toThrow();
  });

  it('prints path and version of each of two copies', () => {
    markCopy('/srv/app/node_modules/@minos/cqrs/node_modules/@minos/common/dist');
    let message = '';
    try {
      assertSingleCopy();
    } catch (error) {
      if (isMinosError(error, 'DUPLICATE_COMMON')) message = error.message;
    }
    expect(message).toMatch(new RegExp(`${SRC} \\(version \\d+\\.\\d+\\.\\d+.*\\)`));
    expect(message).toContain('/srv/app/node_modules/@minos/cqrs/node_modules/@minos/common/dist (version unknown)');
  });
});
