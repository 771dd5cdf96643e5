import { resolveDatabaseOptions } from './database-options.js';

const connectionString = 'postgres://u@h/d';

describe('options of Database', () => {
  it('fills in the defaults and leaves the given object alone', () => {
    const given = Object.freeze({ connectionString, max: undefined as unknown as number });
    expect(resolveDatabaseOptions(given)).toMatchObject({ connectionString, max: 5, statementTimeoutMs: 30_000, pipeline: false });
  });

  it('names all faults at once', () => {
    const wrong = { connectionString: 'mysql://h', max: 0, acquireTimeoutMs: 1.5, pipeline: 'yes', aplicationName: 'x' };
    expect(() => resolveDatabaseOptions(wrong as never)).toThrow(
      /connectionString: must begin[\s\S]*max: expected[\s\S]*acquireTimeoutMs: expected[\s\S]*pipeline: expected[\s\S]*aplicationName: no such option/,
    );
    expect(() => resolveDatabaseOptions({} as never)).toThrow(expect.objectContaining({ code: 'DATABASE_OPTIONS_INVALID' }));
  });
});
