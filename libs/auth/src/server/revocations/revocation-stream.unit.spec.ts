import type { EventSink } from '@minos/common/http';
import { VirtualClock } from '@minos/common/testing';
import { memoryAuthStorage } from '../memory/memory-auth-storage.js';
import { opened, registered } from '../testing/auth-storage-scene.js';
import { RevocationFeed } from './revocation-feed.js';
import { RevocationStream } from './revocation-stream.js';

class Sink implements EventSink {
  text = '';
  closed = false;
  private tell = (): void => undefined;

  async write(text: string): Promise<void> {
    this.text += text;
  }

  onClose(listener: () => void): void {
    this.tell = listener;
  }

  close(): void {
    this.closed = true;
    this.tell();
  }

  get events(): string[] {
    return this.text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
  }
}

describe('a stream of revocations', () => {
  const make = async () => {
    const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
    const storage = memoryAuthStorage(clock);
    const log = Object.create(storage.revocations) as typeof storage.revocations;
    const feed = new RevocationFeed({ log, clock, every: 500 });
    const accountId = await registered(storage);
    const revoke = async (): Promise<string> => {
      const { grant } = await opened(storage, accountId);
      await storage.sessions.end(grant.sessionId);
      return grant.sessionId;
    };
    feed.start();
    const open = (last?: string) => {
      const sink = new Sink();
      return { sink, done: new RevocationStream({ log, feed, clock }, sink).run(last) };
    };
    return { clock, feed, log, accountId, revoke, open };
  };

  it('sends what matters, says that this was all, and sends what comes', async () => {
    const { clock, feed, revoke, open, accountId } = await make();
    const first = await revoke();
    const { sink, done } = open();
    await clock.advance(0);
    const data = (session: string): string => JSON.stringify({ subject: accountId, session, notBefore: 1_777_593_600 });
    expect(sink.events).toEqual([`id: 1\nevent: revoked\ndata: ${data(first)}`, 'event: caught-up\ndata: {}']);
    const second = await revoke();
    await clock.advance(500);
    expect(sink.events.slice(2)).toEqual([`id: 2\nevent: revoked\ndata: ${data(second)}`]);
    const third = await revoke();
    feed.hint();
    await clock.advance(0);
    expect(sink.events.slice(3)).toEqual([`id: 3\nevent: revoked\ndata: ${data(third)}`]);
    sink.close();
    await done;
    expect(feed.listening).toBe(0);
    await feed.stop();
  });

  it('goes on behind what the reader saw, and begins anew behind a number that it cannot have seen', async () => {
    const { clock, feed, revoke, open } = await make();
    for (let index = 0; index < 3; index++) await revoke();
    const ids = async (last: string): Promise<string[]> => {
      const { sink, done } = open(last);
      await clock.advance(0);
      sink.close();
      await done;
      return sink.events.slice(0, -1).map((event) => event.slice(4, 5));
    };
    expect([await ids('2'), await ids('3'), await ids('99'), await ids('x')]).toEqual([['3'], [], ['1', '2', '3'], ['1', '2', '3']]);
    await feed.stop();
  });

  it('gives a sign of life at least every 10 s', async () => {
    const { clock, feed, open } = await make();
    const { sink, done } = open();
    for (let second = 0; second < 40; second++) await clock.advance(1_000);
    expect(sink.text.split(': still here').length - 1).toBeGreaterThanOrEqual(8);
    await feed.stop();
    await done;
  });

  it('ends rather than pretend to know while the store does not answer, and where it was restored', async () => {
    const { clock, feed, log, open } = await make();
    const away = open();
    await clock.advance(0);
    log.newest = () => Promise.reject(new Error('away'));
    for (let second = 0; second < 13; second++) await clock.advance(1_000);
    await away.done;
    log.newest = async () => 5n;
    await clock.advance(1_000);
    const restored = open();
    await clock.advance(0);
    log.newest = async () => 2n;
    await clock.advance(1_000);
    await restored.done;
    await feed.stop();
  });
});
