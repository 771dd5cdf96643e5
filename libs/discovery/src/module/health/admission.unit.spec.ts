import { EventEmitter } from 'node:events';
import { VirtualClock } from '@minos/common/testing';
import type { RegistrarStatus } from '../../client/registrar/registrar.js';
import { Admission } from './admission.js';

const REGISTERED: RegistrarStatus = { registered: true, failures: 0, registrations: 1, heartbeats: 0 };

class Answer extends EventEmitter {
  writableFinished = false;

  constructor(readonly statusCode: number) {
    super();
  }

  end(): void {
    this.writableFinished = true;
    this.emit('close');
  }
}

function setUp(status: RegistrarStatus = REGISTERED) {
  const clock = new VirtualClock();
  const registrar = { status };
  const admission = new Admission(registrar, clock);
  const ask = (statusCode: number): Answer => {
    const answer = new Answer(statusCode);
    admission.asked(answer);
    return answer;
  };
  return { clock, registrar, admission, ask };
}

describe('Admission', () => {
  it('is awaited from the beginning until a probe of the registry was answered well', () => {
    const { admission, ask } = setUp();
    expect(admission.awaited).toBe(false);
    admission.begin();
    expect(admission.awaited).toBe(true);
    const red = ask(503);
    expect(admission.awaited).toBe(false);
    red.end();
    expect(admission.awaited).toBe(true);
    // The registry has gone before it had the answer.
    ask(200).emit('close');
    expect(admission.awaited).toBe(true);
    ask(200).end();
    expect(admission.awaited).toBe(false);
    ask(503).end();
    expect(admission.awaited).toBe(false);
  });

  it('is awaited for ten seconds at the longest', async () => {
    const { admission, clock } = setUp();
    admission.begin();
    await clock.advance(9_999);
    admission.begin();
    expect(admission.awaited).toBe(true);
    await clock.advance(1);
    expect(admission.awaited).toBe(false);
  });

  it('is not awaited from a registry that is away, and is from one that was there and is away now', () => {
    const never = setUp({ ...REGISTERED, registered: false, failures: 1, registrations: 0 });
    never.admission.begin();
    expect(never.admission.awaited).toBe(false);
    never.registrar.status = REGISTERED;
    expect(never.admission.awaited).toBe(false);
    const once = setUp({ ...REGISTERED, registered: false, failures: 1 });
    once.admission.begin();
    expect(once.admission.awaited).toBe(true);
  });
});
