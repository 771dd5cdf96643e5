import { join } from 'node:path';
import { ROOT } from '../files.mjs';
import { failedTests } from './failed-tests.mjs';

const suite = { name: join(ROOT, 'libs/a/src/a.unit.spec.ts'), status: 'failed', message: '', assertionResults: [] };

describe('failedTests', () => {
  it('names each test that failed, with the beginning of why, without the lines of libraries', () => {
    const failureMessages = ['Error: expected 1\n\n  got 2\n    at spec.ts:3:4\n    at node_modules/jest/run.js:1:1'];
    const tests = [
      { fullName: 'A does', status: 'failed', failureMessages },
      { fullName: 'A is', status: 'passed', failureMessages: [] },
    ];
    expect(failedTests({ ...suite, assertionResults: tests })).toEqual([
      'libs/a/src/a.unit.spec.ts › A does\n    Error: expected 1\n      got 2\n        at spec.ts:3:4',
    ]);
  });

  it('says why a suite did not come to its tests, and nothing of one that passed', () => {
    expect(failedTests({ ...suite, message: 'no such module' })).toEqual(['libs/a/src/a.unit.spec.ts\n    no such module']);
    expect(failedTests({ ...suite, status: 'passed' })).toEqual([]);
  });
});
