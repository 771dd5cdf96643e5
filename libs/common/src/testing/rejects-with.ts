import assert from 'node:assert/strict';
import { isMinosError } from '../errors/minos-error.js';

/** The promise rejects with an error of the suite that has this code. */
export async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => {
    if (!isMinosError(error, code))
      throw new assert.AssertionError({ message: `expected the code ${code}, but got ${String(error)}`, actual: error });
    return true;
  });
}
