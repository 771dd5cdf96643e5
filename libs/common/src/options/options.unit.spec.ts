import { isMinosError } from '../errors/minos-error.js';
import { durationOf, parseDuration } from './duration.js';
import { option } from './option-field.js';
import type { OptionFault } from './options.errors.js';
import { validateOptions } from './validate-options.js';

const FIELDS = {
  service: option.string(),
  poolSize: option.integer({ min: 1, max: 100 }).default(5),
  timeout: option.duration({ min: 1 }).default('30s'),
  mode: option.oneOf('memory', 'postgres').default('postgres'),
  password: option.string().secret().optional(),
  hosts: option.list(option.string()).default([]),
  onError: option.custom<() => void>('a function', (value) => typeof value === 'function').optional(),
  retry: { attempts: option.integer({ min: 0 }).default(3), jitter: option.boolean().default(true), factor: option.number().default(1.5) },
};

function failure(given: unknown): { readonly faults: readonly OptionFault[]; readonly message: string } {
  try {
    validateOptions('MinosModule.forRoot', FIELDS, given);
  } catch (error) {
    if (isMinosError(error, 'OPTIONS_INVALID')) return { faults: error.details['faults'] as OptionFault[], message: error.message };
    throw error;
  }
  throw new Error('the options were accepted');
}

describe('validateOptions', () => {
  it('fills in defaults and reads durations', () => {
    const resolved = validateOptions('x', FIELDS, { service: 'order', timeout: '500ms', retry: { attempts: 0 } });
    expect(resolved).toEqual({
      service: 'order',
      poolSize: 5,
      timeout: 500,
      mode: 'postgres',
      password: undefined,
      hosts: [],
      onError: undefined,
      retry: { attempts: 0, jitter: true, factor: 1.5 },
    });
    const timeout: number = resolved.timeout;
    const mode: 'memory' | 'postgres' = resolved.mode;
    expect([timeout, mode]).toEqual([500, 'postgres']);
  });

  it('reports all faults at once, with path, found value and what to give', () => {
    const { faults, message } = failure({ poolSize: 0, timeout: 'soon', mode: 'redis', retry: { jitter: 1 }, hosts: ['a', 7] });
    expect(faults).toEqual([
      { path: 'service', message: 'is missing; give text that is not empty' },
      { path: 'poolSize', message: 'found 0; give a whole number from 1 to 100' },
      { path: 'timeout', message: `found "soon"; give a duration such as '30s' or '500ms', or milliseconds from 1` },
      { path: 'mode', message: 'found "redis"; give one of "memory", "postgres"' },
      { path: 'hosts[1]', message: 'found 7; give text that is not empty' },
      { path: 'retry.jitter', message: 'found 1; give true or false' },
    ]);
    expect(message).toContain('The options of MinosModule.forRoot have 6 faults:\n  - service: ');
  });

  it('refuses unknown names and says which was meant', () => {
    const { faults } = failure({ service: 'a', poolsize: 3, retry: { atempts: 1, colour: 'red' } });
    expect(faults).toEqual([
      { path: 'retry.atempts', message: 'there is no such option; did you mean "attempts"?' },
      { path: 'retry.colour', message: 'there is no such option; known are: attempts, jitter, factor' },
      { path: 'poolsize', message: 'there is no such option; did you mean "poolSize"?' },
    ]);
  });

  it('does not read options from prototypes, nor take __proto__ for one', () => {
    const inherited = Object.create({ service: 'order' }) as object;
    expect(failure(inherited).faults[0]?.path).toBe('service');
    expect(failure(JSON.parse('{"service":"a","__proto__":{"poolSize":1}}')).faults[0]?.path).toBe('__proto__');
  });

  it('does not show secrets', () => {
    expect(failure({ service: 'a', password: 12345 }).message).not.toContain('12345');
  });

  it.each([null, 'text', 7, [[]]])('refuses %p as options', (given) => {
    expect(failure(given).faults[0]).toMatchObject({ path: '(options)' });
  });

  it('refuses null, which is no way to leave an option out', () => {
    expect(failure({ service: 'a', poolSize: null }).faults).toEqual([
      { path: 'poolSize', message: 'found null; give a whole number from 1 to 100' },
    ]);
    expect(failure({ service: 'a', retry: null }).faults[0]).toMatchObject({ path: 'retry' });
  });

  it('leaves the given object as it is', () => {
    const given = Object.freeze({ service: 'order', retry: Object.freeze({ attempts: 1 }) });
    const resolved = validateOptions('x', FIELDS, given);
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(given).toEqual({ service: 'order', retry: { attempts: 1 } });
  });
});

describe('durations', () => {
  it.each([
    [250, 250],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['30', undefined],
    ['-1s', undefined],
    ['1 s', undefined],
    [-1, undefined],
    [NaN, undefined],
    [undefined, undefined],
  ])('%p is %p', (given, milliseconds) => {
    expect(durationOf(given)).toBe(milliseconds);
  });

  it('that are none are refused', () => {
    expect(parseDuration('2s')).toBe(2000);
    expect(() => parseDuration('2 weeks' as never)).toThrow(RangeError);
  });
});
