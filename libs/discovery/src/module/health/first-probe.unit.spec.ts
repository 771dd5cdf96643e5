import { EventEmitter } from 'node:events';
import { VirtualClock } from '@minos/common/testing';
import { FirstProbe } from './first-probe.js';

class Answer extends EventEmitter {
  writableFinished = false;
  readonly closed = false;

  constructor(readonly statusCode: number) {
    super();
  }

  end(): void {
    this.writableFinished = true;
    this.emit('close');
  }
}

function setUp() {
  const clock = new VirtualClock();
  const givenUp: number[] = [];
  const probe = new FirstProbe({ clock, onGivenUp: () => givenUp.push(clock.monotonic()) });
  const ask = (statusCode: number): Answer => {
    const answer = new Answer(statusCode);
    probe.asked(answer);
    return answer;
  };
  return { clock, probe, ask, givenUp };
}

describe('FirstProbe', () => {
  it('is awaited from the beginning until one was answered well', async () => {
    const { probe, ask, clock, givenUp } = setUp();
    expect(probe.awaited).toBe(false);
    probe.begin(10_000);
    expect(probe.awaited).toBe(true);
    const red = ask(503);
    expect(probe.awaited).toBe(false);
    red.end();
    expect(probe.awaited).toBe(true);
    // The registry has gone before it had the answer.
    ask(200).emit('close');
    expect(probe.awaited).toBe(true);
    ask(200).end();
    expect(probe.awaited).toBe(false);
    ask(503).end();
    expect(probe.awaited).toBe(false);
    await clock.advance(10_000);
    expect([givenUp, clock.sleeping]).toEqual([[], 0]);
  });

  it('is given up when its time is over, once', async () => {
    const { probe, clock, givenUp } = setUp();
    probe.begin(10_000);
    await clock.advance(9_999);
    probe.begin(10_000);
    expect(probe.awaited).toBe(true);
    await clock.advance(20_000);
    expect([probe.awaited, givenUp]).toEqual([false, [10_000]]);
  });

  it('is awaited for longer where the registry finds the process busy with its start', async () => {
    const { probe, ask, clock, givenUp } = setUp();
    probe.begin(10_000);
    for (let time = 0; time < 5; time += 1) {
      await clock.advance(9_000);
      ask(503).end();
    }
    ask(503).emit('close');
    await clock.advance(9_999);
    expect(probe.awaited).toBe(true);
    await clock.advance(1);
    expect([probe.awaited, givenUp]).toEqual([false, [55_000]]);
  });

  it('counts no answer that is over when it is told of', () => {
    const { probe } = setUp();
    probe.begin(10_000);
    probe.asked(Object.assign(new Answer(200), { closed: true }));
    expect(probe.awaited).toBe(true);
  });

  it('is not awaited where there is no time for it, nor at the end', async () => {
    const none = setUp();
    none.probe.begin(0);
    expect(none.probe.awaited).toBe(false);
    const { probe, clock, givenUp } = setUp();
    probe.begin(10_000);
    probe.end();
    await clock.advance(10_000);
    expect([probe.awaited, givenUp, clock.sleeping]).toEqual([false, [], 0]);
  });
});
