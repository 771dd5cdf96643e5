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
      /connectionString: found a value that is not shown; give a PostgreSQL URL[\s\S]*max: found 0; give a whole number from 1[\s\S]*pipeline: found "yes"[\s\S]*acquireTimeoutMs: found 1.5[\s\S]*aplicationName: there is no such option; did you mean "applicationName"/,
    );
    expect(() => resolveDatabaseOptions({} as never)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});
