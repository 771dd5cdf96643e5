import { inspect } from 'node:util';
import { resolveMinosOptions } from '../options/minos-options.js';
import { locateDatabase } from './locate-database.js';

describe('locateDatabase', () => {
  it.each(['postgres://u:SECRET/PW@db:99999/x', 'postgres://u:SECRET@[db/x', 'SECRET', 'mysql://u:SECRET@db/x'])(
    'does not show what is no PostgreSQL URL',
    async (url) => {
      for (const name of [undefined, 'order']) {
        const database = name === undefined ? { url } : { url, name };
        const error: unknown = await locateDatabase(resolveMinosOptions({ service: 'order', database }, true)).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({ code: 'DATABASE_URL_INVALID' });
        expect(inspect(error, { depth: Infinity })).not.toContain('SECRET');
      }
    },
  );

  it('describes a database without user and password', async () => {
    const options = resolveMinosOptions({ service: 'order', database: { url: 'postgres://u:SECRET@db:5433/x', name: 'order' } }, true);
    const { url, description } = await locateDatabase(options);
    expect(url).toBe('postgres://u:SECRET@db:5433/order');
    expect(description).toBe('PostgreSQL at db:5433/order');
  });
});
