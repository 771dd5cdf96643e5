import { SystemClock } from '@minos/common';
import { resolveCommitterOptions } from './group-committer-options.js';
import { GroupCommitter } from './group-committer.js';
import { ChangeWriterRegistry } from './writer-registry.js';

const parts = { database: {} as never, writers: new ChangeWriterRegistry(), clock: new SystemClock() };

describe('options of GroupCommitter', () => {
  it('fills in the defaults and leaves the given object alone', () => {
    const given = Object.freeze({ ...parts, lanes: 1, queueLimit: undefined });
    expect(resolveCommitterOptions(given as never)).toMatchObject({ lanes: 1, queueLimit: 10_000, batchUnits: 256, lockTimeoutMs: 30_000 });
  });

  it('names all faults at once', () => {
    const wrong = { ...parts, clock: undefined, lanes: 0, batchBytes: '4MB', lockTimeoutMs: -1, onCommitted: true, batchUnit: 3 };
    expect(() => new GroupCommitter(wrong as never)).toThrow(
      /clock: is missing[\s\S]*lanes: found 0; give a whole number from 1[\s\S]*batchBytes: found "4MB"[\s\S]*lockTimeoutMs: found -1[\s\S]*onCommitted: found true; give a function[\s\S]*batchUnit: there is no such option; did you mean "batchUnits"/,
    );
    expect(() => new GroupCommitter({} as never)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});
