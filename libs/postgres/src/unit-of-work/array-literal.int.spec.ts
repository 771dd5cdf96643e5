import fc from 'fast-check';
import { Database } from '../database/database.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { plainArray, textArray } from './array-literal.js';

describe('array literals', () => {
  let server: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('are read by the server as they were meant', async () => {
    const text = fc.string({ unit: 'grapheme' });
    const special = fc.stringMatching(/^[{},"\\ a-zNULl\n]{0,8}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(text, special)),
        fc.array(fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))),
        async (texts, numbers) => {
          const { rows } = await database.query('select $1::text[] as texts, $2::int[] as numbers', [
            textArray(texts),
            plainArray(numbers),
          ]);
          expect(rows[0]).toEqual({ texts, numbers });
        },
      ),
      { numRuns: 200 },
    );
  });
});
