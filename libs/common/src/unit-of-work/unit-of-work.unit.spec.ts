import type { Change, Unit } from '../contracts/unit-of-work.js';
import { MemoryCommitter } from './memory-committer.js';
import type { MemoryChangeWriter } from './memory-change-writer.js';
import { ConcurrencyConflictError } from './unit-of-work.errors.js';
import { UnitOfWorkEngine } from './unit-of-work-engine.js';

interface Increment extends Change {
  readonly kind: 'counter.increment';
  readonly expected: number;
}

interface Guard extends Change {
  readonly kind: 'counter.guard';
  readonly expected: number;
}

function counter() {
  const state = { value: 0 };
  const demand = (expected: number) => {
    if (expected !== state.value) throw new ConcurrencyConflictError(`expected ${expected}, found ${state.value}`);
  };
  const increment: MemoryChangeWriter<Increment> = {
    kind: 'counter.increment',
    apply: ({ expected }) => {
      demand(expected);
      state.value++;
      return { result: state.value, undo: () => void state.value-- };
    },
  };
  const guard: MemoryChangeWriter<Guard> = {
    kind: 'counter.guard',
    apply: ({ expected }) => (demand(expected), { result: undefined, undo: () => undefined }),
  };
  const committer = new MemoryCommitter([increment, guard] as MemoryChangeWriter<never>[]);
  let ids = 0;
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: () => `unit-${++ids}` });
  return { state, committer, unitOfWork };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

const increment = (expected: number): Increment => ({ kind: 'counter.increment', expected });
const guard = (expected: number): Guard => ({ kind: 'counter.guard', expected });

describe('UnitOfWorkEngine', () => {
  it('commits everything a unit enlisted and gives each change its result', async () => {
    const { state, unitOfWork } = counter();
    const enlisted = await unitOfWork.run((unit) => [unit.enlist(increment(0)), unit.enlist(increment(1))]);
    expect(state.value).toBe(2);
    expect(enlisted.map((change) => change.result)).toEqual([1, 2]);
  });

  it('leaves nothing behind when the work throws', async () => {
    const { state, unitOfWork } = counter();
    const failing = unitOfWork.run((unit) => {
      unit.enlist(increment(0));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(state.value).toBe(0);
  });

  it('leaves nothing behind when a later change of the unit is refused', async () => {
    const { state, unitOfWork } = counter();
    const failing = unitOfWork.run((unit) => (unit.enlist(increment(0)), unit.enlist(increment(7))), { attempts: 1 });
    await expect(failing).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
    expect(state.value).toBe(0);
  });

  it('joins an open unit and commits once, with its owner', async () => {
    const { state, unitOfWork } = counter();
    await unitOfWork.run(async (outer) => {
      await unitOfWork.run((inner) => {
        expect(inner).toBe(outer);
        inner.enlist(increment(0));
      });
      expect(state.value).toBe(0);
    });
    expect(state.value).toBe(1);
  });

  it('runs the whole work again after a conflict, with a new unit', async () => {
    const { state, unitOfWork } = counter();
    const seen: { id: string; attempt: number }[] = [];
    await unitOfWork.run((unit) => {
      seen.push({ id: unit.id, attempt: unit.attempt });
      unit.enlist(increment(state.value));
      if (unit.attempt === 1) state.value = 5;
    });
    expect(state.value).toBe(6);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2);
  });

  it('gives up with the conflict after the last attempt', async () => {
    const { unitOfWork } = counter();
    let runs = 0;
    const failing = unitOfWork.run((unit) => (runs++, unit.enlist(increment(99))), { attempts: 3 });
    await expect(failing).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', retryable: true });
    expect(runs).toBe(3);
  });

  it('believes an error only when the guards hold, and decides again when they do not', async () => {
    const { state, unitOfWork } = counter();
    let runs = 0;
    const rejecting = unitOfWork.run((unit) => {
      runs++;
      const cached = unit.attempt === 1 ? 0 : state.value;
      if (unit.attempt === 1) state.value = 1;
      unit.guard(guard(cached));
      throw new Error(`rejected at ${cached}`);
    });
    await expect(rejecting).rejects.toThrow('rejected at 1');
    expect(runs).toBe(2);
  });

  it('decides a unit again when the one it stood on fails, without counting it as a lost race', async () => {
    const { state, unitOfWork } = counter();
    const settled = deferred<Unit>();
    const first = unitOfWork.run(
      (unit) => {
        unit.enlist(increment(42));
        unit.onSettling(() => settled.resolve(unit));
      },
      { attempts: 1 },
    );
    const firstFails = expect(first).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
    const previous = await settled.promise;
    const runs: string[] = [];
    const second = unitOfWork.run(
      (unit) => {
        runs.push(previous.state);
        if (previous.state === 'settling') unit.standOn(previous);
        unit.enlist(increment(previous.state === 'settling' ? 43 : 0));
      },
      { attempts: 1 },
    );
    await second;
    await firstFails;
    expect(state.value).toBe(1);
    expect(runs).toEqual(['settling', 'failed']);
  });

  it('commits a unit behind the one it stands on', async () => {
    const { state, unitOfWork } = counter();
    const settled = deferred<Unit>();
    const first = unitOfWork.run((unit) => {
      unit.enlist(increment(0));
      unit.onSettling(() => settled.resolve(unit));
    });
    const previous = await settled.promise;
    const second = unitOfWork.run((unit) => {
      unit.standOn(previous);
      unit.enlist(increment(1));
    });
    await Promise.all([first, second]);
    expect(state.value).toBe(2);
  });

  it('runs effects after the commit, outside the unit, and survives their errors', async () => {
    const { state, unitOfWork } = counter();
    const heard: unknown[] = [];
    const engine = new UnitOfWorkEngine({
      ...Reflect.get(unitOfWork, 'options'),
      onEffectError: (error: unknown) => heard.push(error),
    });
    const seen: unknown[] = [];
    await engine.run((unit) => {
      unit.enlist(increment(0));
      unit.onCommitted(() => Promise.reject(new Error('effect')));
      unit.onCommitted(() => void seen.push(state.value, engine.current()));
    });
    expect(seen).toEqual([1, undefined]);
    expect(heard).toHaveLength(1);
  });

  it('refuses the use of a unit that has ended', async () => {
    const { unitOfWork } = counter();
    const unit = await unitOfWork.run((open) => open);
    expect(() => unit.enlist(increment(0))).toThrow(expect.objectContaining({ code: 'UNIT_ENDED' }));
  });

  it('stores nothing of what goes on after its unit has failed', async () => {
    const { state, unitOfWork } = counter();
    const over = deferred<undefined>();
    const late: Promise<unknown>[] = [];
    const failing = unitOfWork.run(() => {
      const goesOn = over.promise.then(() => unitOfWork.run((unit) => void unit.enlist(increment(0))));
      late.push(goesOn.catch((error: unknown) => error));
      throw new Error('the time is over');
    });
    await expect(failing).rejects.toThrow('the time is over');
    over.resolve(undefined);
    expect(await late[0]).toMatchObject({ code: 'UNIT_ENDED' });
    expect(state.value).toBe(0);
    await unitOfWork.run((unit) => void unit.enlist(increment(0)));
    expect(state.value).toBe(1);
  });

  it('flushes inside the transaction and takes it back when the work throws', async () => {
    const { state, unitOfWork } = counter();
    const failing = unitOfWork.run(async (unit) => {
      unit.enlist(increment(0));
      await unit.flush();
      expect(state.value).toBe(1);
      throw new Error('after flush');
    });
    await expect(failing).rejects.toThrow('after flush');
    expect(state.value).toBe(0);
  });

  it('refuses a unit of its own inside one that has flushed, in memory, instead of waiting for ever', async () => {
    const { state, unitOfWork } = counter();
    await unitOfWork.run(async (outer) => {
      outer.enlist(increment(0));
      await outer.flush();
      const inner = [
        unitOfWork.run((unit) => unit.enlist(increment(1)), { mode: 'new' }),
        unitOfWork.run(() => unitOfWork.run((unit) => unit.enlist(increment(1)), { mode: 'new' }), { mode: 'new' }),
        unitOfWork.run(async (unit) => (unit.enlist(increment(1)), await unit.flush()), { mode: 'new' }),
      ];
      for (const one of await Promise.allSettled(inner)) expect(one).toMatchObject({ reason: { code: 'STORE_HELD' } });
      expect(await unitOfWork.run(() => 'reads', { mode: 'new' })).toBe('reads');
      outer.onCommitted(() => unitOfWork.run((unit) => void unit.enlist(increment(1))));
    });
    expect(state.value).toBe(2);
  });

  it('runs a unit of its own inside a pinned one that has not flushed', async () => {
    const { state, unitOfWork } = counter();
    await unitOfWork.run(async (outer) => {
      await outer.pin();
      await unitOfWork.run((unit) => unit.enlist(increment(0)), { mode: 'new' });
      outer.enlist(increment(1));
    });
    expect(state.value).toBe(2);
  });

  it('lets a pinned unit stand on one that settles meanwhile', async () => {
    const { state, unitOfWork } = counter();
    const settled = deferred<Unit>();
    const pinned = deferred<void>();
    const second = unitOfWork.run(async (unit) => {
      await unit.pin();
      pinned.resolve();
      unit.standOn(await settled.promise);
      unit.enlist(increment(1));
    });
    await pinned.promise;
    const first = unitOfWork.run((unit) => {
      unit.enlist(increment(0));
      unit.onSettling(() => settled.resolve(unit));
    });
    await Promise.all([first, second]);
    expect(state.value).toBe(2);
  });

  it('lets others go on where the work has failed before its flush had its turn', async () => {
    const { state, unitOfWork } = counter();
    const holding = deferred<void>();
    const release = deferred<void>();
    const holder = unitOfWork.run(async (unit) => {
      unit.enlist(increment(0));
      await unit.flush();
      holding.resolve();
      await release.promise;
    });
    await holding.promise;
    const failing = unitOfWork.run(async (unit) => {
      unit.enlist(increment(1));
      unit.flush().catch(() => undefined);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    release.resolve();
    await holder;
    await unitOfWork.run((unit) => unit.enlist(increment(1)));
    expect(state.value).toBe(2);
  });

  it('confirms a guard also where the work swallows that its flush was refused', async () => {
    const { state, unitOfWork } = counter();
    state.value = 1;
    const seen: number[] = [];
    const deciding = unitOfWork.run(async (unit) => {
      seen.push(unit.attempt === 1 ? 0 : state.value);
      unit.guard(guard(seen.at(-1) ?? 0));
      await unit.flush().catch(() => undefined);
      throw new Error(`decided on ${seen.at(-1)}`);
    });
    await expect(deciding).rejects.toThrow('decided on 1');
    expect(seen).toEqual([0, 1]);
  });

  it('tells who waits for the commit before any effect runs, and nobody after a failure', async () => {
    const { unitOfWork } = counter();
    const heard: string[] = [];
    await unitOfWork.run((unit) => {
      unit.onCommitted(async () => void heard.push(`effect, ${unit.state}`));
      unit.onStored(() => heard.push(`stored, ${unit.state}`));
      unit.enlist(increment(0));
    });
    await unitOfWork
      .run((unit) => (unit.onStored(() => heard.push('never')), unit.enlist(increment(7))), { attempts: 1 })
      .catch(() => undefined);
    expect(heard).toEqual(['stored, committed', 'effect, committed']);
  });

  it('names the writer that is missing', async () => {
    const { unitOfWork } = counter();
    await expect(unitOfWork.run((unit) => unit.enlist({ kind: 'nobody' }))).rejects.toMatchObject({ code: 'UNKNOWN_CHANGE' });
  });

  it('refuses work once closed, after finishing what it had', async () => {
    const { state, committer, unitOfWork } = counter();
    const settled = deferred<void>();
    const last = unitOfWork.run((unit) => {
      unit.enlist(increment(0));
      unit.onSettling(() => settled.resolve());
    });
    await settled.promise;
    await Promise.all([last, committer.close()]);
    expect(state.value).toBe(1);
    await expect(unitOfWork.run((unit) => unit.enlist(increment(1)))).rejects.toMatchObject({ code: 'UNIT_OF_WORK_CLOSED' });
  });
});
