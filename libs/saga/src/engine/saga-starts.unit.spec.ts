import { MessageRegistry, MemoryCommitter, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { Purchase, BasketPlaced } from '../linear-saga-kit.js';
import { MemorySagaStore } from '../memory/memory-saga-store.js';
import { planHash } from '../definition/plan-hash.js';
import { CarriedSagas } from './carried-sagas.js';
import { SagaEngine } from './saga-engine.js';
import { SagaStarts } from './saga-starts.js';

function make() {
  const clock = new SystemClock();
  const committer = new MemoryCommitter();
  const store = new MemorySagaStore(clock, committer);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const { plan } = new Purchase();
  const saga = { name: 'purchase', version: 1, type: Purchase, plan, hash: planHash(plan) };
  const ports = {
    service: 'shop',
    store,
    unitOfWork,
    outbox: { enlist: () => undefined as never },
    registry: new MessageRegistry(),
    clock,
  };
  const engine = new SagaEngine(new CarriedSagas(() => [saga]), { ...ports, newId: uuidv7 });
  const starts = new SagaStarts(engine, { store });
  return { starts, store, unitOfWork, saga };
}

it('begins none of an event of which the plan says so', async () => {
  const { starts, store, unitOfWork, saga } = make();
  const start = { kind: 'event', message: BasketPlaced, init: () => undefined, key: undefined } as const;
  const message = new BasketPlaced('b', 1, 1);
  const begun = await unitOfWork.run((unit) => starts.beginBy(unit, { saga, start, message, messageId: 'shop 1' }));
  expect([begun, await store.list({}, { limit: 9 })]).toEqual([undefined, []]);
});

it('begins one instance of a message, also where the mark of the message is forgotten', async () => {
  const { starts, store, unitOfWork, saga } = make();
  const [start] = saga.plan.starts;
  const begin = () =>
    unitOfWork.run((unit) =>
      starts.begin(unit, { saga, start: start as never, message: new BasketPlaced('b', 1, 1), messageId: 'shop 1' }),
    );
  const first = await begin();
  expect(await begin()).toBe(first);
  expect(await store.list({}, { limit: 9 })).toHaveLength(1);
});
