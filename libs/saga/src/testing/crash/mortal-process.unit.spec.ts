import { type Change, MemoryCommitter, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { MemoryLog } from '@minos/messaging';
import { MortalProcess } from './mortal-process.js';
import { withCrashPoints } from './with-crash-points.js';

interface Noted extends Change {
  readonly kind: 'test.noted';
  readonly text: string;
}

let clock: VirtualClock;
let notes: string[];
let committer: MemoryCommitter;
let reached: string[];
let dieAt: string;
let process: MortalProcess;
beforeEach(() => {
  clock = new VirtualClock();
  notes = [];
  reached = [];
  dieAt = '';
  const apply = ({ text }: Noted) => (notes.push(text), { result: undefined, undo: () => void notes.pop() });
  committer = new MemoryCommitter([{ kind: 'test.noted', apply }]);
  process = new MortalProcess({ name: 'shop', life: 1, clock, newId: uuidv7, onPoint: (point) => (reached.push(point), point === dieAt) });
});
afterEach(() => process.kill());

const note = (text: string): Noted => ({ kind: 'test.noted', text });

/** What has become of the work when everything has happened that can. */
async function fateOf(work: Promise<unknown>): Promise<string> {
  let fate = 'nothing';
  work.then(
    () => (fate = 'done'),
    () => (fate = 'failed'),
  );
  await clock.advance(60_000);
  return fate;
}

describe('a port with crash points', () => {
  const store = {
    kept: 'x',
    async loadOne(id: string): Promise<string> {
      if (id === '') throw new Error('no id');
      return `${this.kept}-${id}`;
    },
    name: () => 'store',
  };

  it('reaches a point before and after each call, also of one that is refused', async () => {
    const port = withCrashPoints(store, 'test.', process.points, ['name']);
    expect(await port.loadOne('1')).toBe('x-1');
    await expect(port.loadOne('')).rejects.toThrow('no id');
    expect(port.name()).toBe('store');
    expect(reached).toEqual(['test.load-one.before', 'test.load-one.after', 'test.load-one.before', 'test.load-one.after']);
  });

  it.each(['test.load-one.before', 'test.load-one.after'])('gives nothing to a process that dies at %s', async (point) => {
    dieAt = point;
    expect(await fateOf(process.port(store, 'test.').loadOne('1'))).toBe('nothing');
    expect(process.isDead).toBe(true);
  });
});

describe('a dead process', () => {
  it.each([
    ['unit-of-work.commit.before', []],
    ['unit-of-work.commit.after', ['a']],
  ])('has stored, dying at %s, what was committed', async (point, stored) => {
    dieAt = point;
    const effects: string[] = [];
    const work = process.unitOfWork(committer).run((unit) => {
      unit.enlist(note('a'));
      unit.onCommitted(() => void effects.push('told'));
    });
    expect(await fateOf(work)).toBe('nothing');
    expect(notes).toEqual(stored);
    expect(effects).toEqual([]);
  });

  it('has its open transaction rolled back, and holds nobody up', async () => {
    const work = process.unitOfWork(committer).run(async (unit) => {
      unit.enlist(note('a'));
      await unit.flush();
      process.kill();
      await process.clock.sleep(10);
    });
    expect(await fateOf(work)).toBe('nothing');
    expect(notes).toEqual([]);
    const next = new MortalProcess({ name: 'shop', life: 2, clock, newId: uuidv7 });
    await next.unitOfWork(committer).run((unit) => void unit.enlist(note('b')));
    expect(notes).toEqual(['b']);
    next.kill();
  });

  it('sleeps for ever, and sends and hears nothing', async () => {
    const log = new MemoryLog(clock);
    log.ensureChannels([{ name: 'a', partitions: 1 }]);
    const broker = process.broker(log);
    const sleeping = fateOf(process.clock.sleep(100));
    process.kill();
    expect(await sleeping).toBe('nothing');
    expect(await fateOf(broker.publish([{ channel: 'a', key: 'k', headers: {}, body: Buffer.from('1') }]))).toBe('nothing');
    expect(log.partition({ channel: 'a', partition: 0 })?.describe().next).toBe(0n);
  });
});
