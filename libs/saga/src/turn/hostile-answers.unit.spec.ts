import type { Command } from '@minos/common';
import { saga } from '../definition/saga-builder.js';
import { Do, Participant, SagaWorld, Undo } from './saga-world-kit.js';

const HUGE = `${'x'.repeat(500_000)}\0`;
/** Of all texts of one entry, or of what an instance keeps beside the answer itself. */
const BOUND = 10_000;
const no = { rejection: { code: HUGE, message: HUGE, details: {} } };

const plan = saga<object>()
  .step('a')
  .invoke(() => new Do('a') as unknown as Command<unknown>)
  .compensate(() => new Undo('a', false) as unknown as Command<unknown>, { retry: { times: 3 } })
  .step('b')
  .invoke(() => new Do('b') as unknown as Command<unknown>)
  .pivot()
  .step('c')
  .invoke(() => new Do('c') as unknown as Command<unknown>)
  .retry({ every: '1s', forever: true })
  .build();

let world: SagaWorld;
beforeEach(() => {
  world = new SagaWorld(plan, new Participant(() => 'ok'));
});

const answer = (outcome: typeof no | { result: null }, command = 'Do'): void =>
  world.deliver({ request: world.commands.at(-1)?.request ?? '', command, outcome });

function expectBounded(): void {
  for (const entry of world.journal) expect(JSON.stringify(entry).length).toBeLessThan(BOUND);
  expect(JSON.stringify(world.journal)).not.toContain('\\u0000');
  const kept = Object.values(world.instance.steps).map(({ outcome: _, ...record }) => record);
  expect(JSON.stringify(kept).length).toBeLessThan(BOUND);
}

it('a step that is refused for ever with huge texts fills no journal', () => {
  answer({ result: null });
  answer({ result: null });
  for (let count = 0; count < 10; count += 1) {
    answer(no);
    world.tick();
  }
  expect(world.instance.steps['c']?.attempt?.number).toBe(11);
  expectBounded();
});

it('neither does a compensation', () => {
  answer({ result: null });
  answer(no);
  for (let count = 0; count < 3; count += 1) {
    answer(no, 'Undo');
    if (world.instance.parked === undefined) world.tick();
  }
  expect(world.instance.parked?.step).toBe('a');
  expectBounded();
});

it('answers that nobody asked for are noted shortly, whatever they name', () => {
  world.deliver({ request: HUGE, command: HUGE, outcome: no });
  answer(no, HUGE);
  answer({ result: null });
  world.deliver({ request: 'r1', command: 'Do', outcome: no });
  expect(world.instance.strays).toBe(3);
  expectBounded();
});

it('so are faults of commands that run here', () => {
  const here = saga<object>()
    .step('a')
    .local(() => new Do('a') as unknown as Command<unknown>)
    .noCompensation()
    .build();
  world = new SagaWorld(here, new Participant(() => 'ok'));
  world.turn((turn) => turn.fault(world.localDue?.request ?? '', HUGE));
  expect(world.instance.steps['a']?.status).toBe('pausing');
  expectBounded();
});
