import {
  type AppliedChange,
  type CommitRequest,
  currentContext,
  type MemoryChangeWriter,
  MemoryCommitter,
  OutcomeUnknownError,
  runInContext,
  UnitOfWorkEngine,
  uuidv7,
} from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { OUTBOX_ADD, type OutboxAdd } from '@minos/messaging/contracts';
import { SAVE_SAGA, type SaveSaga } from '../contracts/saga-store.js';
import { Purchase } from '../linear-saga-kit.js';
import { MemorySagaStore } from '../memory/memory-saga-store.js';
import { carriedOf, registryOf } from '../testing/service/carried.js';
import { type ServiceParts, serviceParts } from '../testing/service/saga-parts.js';

/* One storage, and processes over it that do things at the same time. */

class Races {
  readonly clock = new VirtualClock();
  readonly sent: OutboxAdd[] = [];
  readonly unapplied: string[] = [];
  /** How often a local command has had its effect, and been run. */
  confirmed = 0;
  executed = 0;
  /** Runs before a commit is acknowledged. */
  beforeAcknowledged: ((request: CommitRequest) => Promise<void>) | undefined;
  readonly committer = new MemoryCommitter([
    {
      kind: OUTBOX_ADD,
      apply: (change: OutboxAdd) => (this.sent.push(change), { result: change.messageId, undo: () => void this.sent.pop() }),
    },
    { kind: 'test.confirmed', apply: () => ((this.confirmed += 1), { result: undefined, undo: () => void (this.confirmed -= 1) }) },
  ] as never[]);
  /** What a local command sees of its surroundings. */
  readonly seen: unknown[] = [];
  /** Positive control: what is stored is changed whatever was read. */
  careless = false;
  readonly store = new MemorySagaStore(this.clock, { register: (writer) => this.register(writer) });
  readonly unitOfWork: UnitOfWorkEngine;
  private readonly revisions = new Map<string, number>();
  /** Local commands wait for it. */
  hold: Promise<void> = Promise.resolve();

  constructor() {
    const { committer } = this;
    const acknowledged = {
      exclusive: true,
      commit: async (request: CommitRequest) => {
        const results = await committer.commit(request);
        await this.beforeAcknowledged?.(request);
        return results;
      },
      pin: (id: string, tenant: string) => committer.pin(id, tenant),
      close: () => committer.close(),
    };
    const clock = { now: () => this.clock.now(), monotonic: () => this.clock.monotonic(), sleep: async () => undefined };
    this.unitOfWork = new UnitOfWorkEngine({ committer: acknowledged, clock, newId: uuidv7 });
  }

  private register(writer: MemoryChangeWriter<never>): void {
    const apply = (change: SaveSaga, tenant: string): AppliedChange => {
      const revision = (this.revisions.get(change.instance.id) ?? 0) + 1;
      const instance = this.careless ? { ...change.instance, revision } : change.instance;
      const applied = writer.apply({ ...change, instance } as never, tenant);
      this.revisions.set(instance.id, instance.revision);
      return applied;
    };
    this.committer.register(writer.kind === SAVE_SAGA ? { kind: SAVE_SAGA, apply } : writer);
  }

  process(): ServiceParts {
    const { clock, store, unitOfWork } = this;
    const sagas = carriedOf([Purchase], 'shop');
    return serviceParts({
      ...{ service: 'shop', sagas, registry: registryOf(sagas), store, unitOfWork, clock, newId: uuidv7 },
      onUnapplied: ({ command, why }) => this.unapplied.push(`${command}: ${why}`),
      execute: async () => {
        this.executed += 1;
        const unit = unitOf(unitOfWork);
        const { principal, correlationId } = currentContext();
        this.seen.push({ tenant: unit.tenant, principal, correlationId });
        unit.enlist({ kind: 'test.confirmed' });
        await this.hold;
      },
    });
  }

  /** An instance whose first command has left. */
  async begin({ sagas, engine }: ServiceParts): Promise<string> {
    const id = await sagas.start(Purchase, { basketId: 'b-1', pieces: 3, price: 10 });
    await this.unitOfWork.run((unit) => engine.react(unit, id));
    return id;
  }

  answer({ engine }: ServiceParts, id: string, command: string, result: { readonly [name: string]: string | number }): Promise<void> {
    const request = this.sent.findLast(({ headers }) => headers['ce_type'] === command)?.messageId ?? '';
    return this.unitOfWork.run((unit) => engine.answer(unit, id, { request, command, outcome: { result } }), { mode: 'new' });
  }

  /** Up to its local command. */
  async beginLocal(parts: ServiceParts): Promise<string> {
    const id = await this.begin(parts);
    await this.answer(parts, id, 'pieces.take', { place: 'shelf-3' });
    await this.answer(parts, id, 'money.take', { receipt: 30 });
    return id;
  }

  names(): readonly string[] {
    return this.sent.map(({ headers }) => headers['ce_type'] ?? '');
  }

  async journal(id: string): Promise<readonly string[]> {
    return (await this.store.journal(id, 0, 100)).map(({ kind, step = '' }) => `${kind} ${step}`.trim());
  }
}

function unitOf(unitOfWork: UnitOfWorkEngine) {
  const unit = unitOfWork.current();
  if (unit === undefined) throw new Error('The local command ran outside of a unit.');
  return unit;
}

let races: Races;
beforeEach(() => void (races = new Races()));
afterEach(() => races.unitOfWork.dispose());

describe('an answer', () => {
  it('that comes before the unit that sent the command is known to be stored is taken', async () => {
    const parts = races.process();
    const id = await races.begin(parts);
    const answered: Promise<void>[] = [];
    races.beforeAcknowledged = async () => {
      races.beforeAcknowledged = undefined;
      answered.push(races.answer(parts, id, 'money.take', { receipt: 30 }));
      await Promise.all(answered);
    };
    await races.answer(parts, id, 'pieces.take', { place: 'shelf-3' });
    expect((await races.store.load(id))?.instance).toMatchObject({ state: { place: 'shelf-3', receipt: 30 } });
    expect(await races.journal(id)).not.toContain('refused');
    expect(races.unapplied).toEqual([]);
  });

  it('is taken after a unit of which nobody knows whether it is stored', async () => {
    const parts = races.process();
    const id = await races.begin(parts);
    races.beforeAcknowledged = () => {
      races.beforeAcknowledged = undefined;
      return Promise.reject(new OutcomeUnknownError('the connection was lost'));
    };
    await expect(races.answer(parts, id, 'pieces.take', { place: 'shelf-3' })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await races.answer(parts, id, 'money.take', { receipt: 30 });
    expect((await races.store.load(id))?.instance).toMatchObject({ state: { place: 'shelf-3', receipt: 30 } });
  });

  it.each(['the answer first', 'the timer first'])(
    'and the timer of its step at the same moment: one of them counts (%s)',
    async (order) => {
      const [one, other] = [races.process(), races.process()];
      const id = await races.begin(one);
      await races.clock.advance(5_000);
      const works = [
        () => races.answer(one, id, 'pieces.take', { place: 'shelf-3' }),
        () => races.unitOfWork.run((unit) => other.engine.react(unit, id), { mode: 'new' }),
      ];
      await Promise.all((order === 'the answer first' ? works : works.reverse()).map((work) => work()));
      const isAnswered = (await races.journal(id)).includes('replied take-pieces');
      expect(races.names()).toEqual(isAnswered ? ['pieces.take', 'money.take'] : ['pieces.take', 'pieces.return']);
      expect(await races.journal(id)).toContain(isAnswered ? 'sent take-money' : 'late take-pieces');
    },
  );

  it('is taken by a process that has the instance as it was, also where so many were not applied that no more are noted', async () => {
    const [one, other] = [races.process(), races.process()];
    const id = await races.begin(one);
    const stray = () => ({ request: uuidv7(), command: 'pieces.take', outcome: { result: null } });
    for (let count = 0; count < 25; count += 1) await races.unitOfWork.run((unit) => one.engine.answer(unit, id, stray()), { mode: 'new' });
    await races.answer(other, id, 'pieces.take', { place: 'shelf-3' });
    await races.answer(one, id, 'money.take', { receipt: 30 });
    expect((await races.store.load(id))?.instance).toMatchObject({ strays: 20, state: { place: 'shelf-3', receipt: 30 } });
  });

  it('is reported as not applied once, when that is for good', async () => {
    const parts = races.process();
    const id = await races.begin(parts);
    await races.answer(parts, id, 'pieces.take', { place: 'shelf-3' });
    await races.answer(parts, id, 'pieces.take', { place: 'shelf-4' });
    expect(races.unapplied).toEqual(['pieces.take: nobody waits for it any more']);
  });
});

describe('a local command', () => {
  const runTwice = async (): Promise<string> => {
    const [one, other] = [races.process(), races.process()];
    const id = await races.beginLocal(one);
    let release: () => void = () => undefined;
    races.hold = new Promise((resolve) => (release = resolve));
    for (const { runner } of [one, other]) {
      runner.start();
      runner.hint(id);
    }
    await races.clock.advance(10);
    expect(races.executed).toBe(2);
    release();
    await races.clock.advance(10);
    await Promise.all([one.runner.stop(), other.runner.stop()]);
    return id;
  };

  it('that two processes run at the same time has its effect once', async () => {
    const id = await runTwice();
    expect(races.confirmed).toBe(1);
    expect((await races.store.load(id))?.instance.phase).toBe('completed');
  });

  it('would have it twice on a store that ignores revisions', async () => {
    races.careless = true;
    await runTwice();
    expect(races.confirmed).toBe(2);
  });

  it('that does not end is given up, tried again, and what it does later is not stored', async () => {
    const parts = races.process();
    const id = await races.beginLocal(parts);
    let release: () => void = () => undefined;
    races.hold = new Promise((resolve) => (release = resolve));
    parts.runner.start();
    await races.clock.advance(29_000);
    expect(races.executed).toBe(1);
    races.hold = Promise.resolve();
    await races.clock.advance(10_000);
    expect(await races.journal(id)).toContain('failed confirm');
    expect((await races.store.load(id))?.instance.phase).toBe('completed');
    release();
    await races.clock.advance(10);
    await parts.runner.stop();
    expect([races.executed, races.confirmed]).toEqual([2, 1]);
  });

  it('is stored for the tenant of its instance, and in nobody else’s name', async () => {
    const parts = races.process();
    parts.runner.start();
    const start = () => parts.sagas.start(Purchase, { basketId: 'b-1', pieces: 3, price: 10 });
    const id = await runInContext({ correlationId: 'c-1' }, () => races.unitOfWork.run(start, { tenant: 'acme' }));
    await races.clock.advance(1);
    await races.answer(parts, id, 'pieces.take', { place: 'shelf-3' });
    const somebody = { principal: { subject: 'somebody else' } as never, correlationId: 'c-2' };
    await runInContext(somebody, () => races.answer(parts, id, 'money.take', { receipt: 30 }));
    await races.clock.advance(10);
    await parts.runner.stop();
    expect(races.seen).toEqual([{ tenant: 'acme', principal: undefined, correlationId: 'c-1' }]);
  });
});
