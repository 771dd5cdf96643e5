import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { createMemoryEventSourcing, streamName } from '@minos/event-sourcing';
import { welcomeLetters } from './welcome-letters.js';

it('sends a letter to everybody who joins, once', async () => {
  const { store, feed, checkpoints, unitOfWork } = createMemoryEventSourcing();
  const sent: string[] = [];
  const letters = welcomeLetters({ feed, checkpoints, unitOfWork, clock: new SystemClock() }, { send: async (to) => void sent.push(to) });
  const event = (type: string, email: string) => ({ type, schemaVersion: 1, data: { email } });
  await store.append(streamName('member', '1'), [event('member.joined', 'ada@example.org'), event('member.left', 'ada@example.org')], {
    expectedVersion: 'no-stream',
  });
  letters.start();
  // #region progress
  const progress = await until(async () => {
    const found = await letters.progress();
    return found.state === 'idle' && found.lagEvents === 0 && found;
  });
  expect(progress.stalled).toBe(false);
  // #endregion
  await letters.stop();
  letters.start();
  await until(() => letters.state === 'idle');
  await letters.close();
  expect(sent).toEqual(['ada@example.org']);
});
