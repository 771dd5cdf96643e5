import { Event } from '@minos/common';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { EventStore } from '../contracts/event-store.js';
import { streamName } from '../stream/stream-name.js';
import { EVENT_STORE } from '../tokens.js';
import { EventSourcingModule } from './event-sourcing.module.js';
import { EventSubscriptions } from './event-subscriptions.js';

@Event('lamp.lit', { version: 1 })
class LampLit {
  constructor(readonly lamp: string) {}
}

@Injectable()
class Watchman implements OnModuleInit {
  readonly seen: unknown[] = [];
  private announce: () => void = () => undefined;
  readonly third = new Promise<void>((resolve) => (this.announce = resolve));

  constructor(private readonly subscriptions: EventSubscriptions) {}

  onModuleInit(): void {
    this.subscriptions.add({
      name: 'watchman',
      handler: {
        each: (message) => {
          this.seen.push(message);
          if (this.seen.length === 3) this.announce();
        },
      },
    });
  }
}

@Module({
  imports: [EventSourcingModule.forRoot({ storage: 'memory' }), EventSourcingModule.forFeature({ messages: [LampLit] })],
  providers: [Watchman],
})
class LightHouse {}

describe('EventSubscriptions', () => {
  it('runs what was added while the modules initialised, tells how far it is, and ends with the application', async () => {
    const app = await (await Test.createTestingModule({ imports: [LightHouse] }).compile()).init();
    const store = app.get<EventStore>(EVENT_STORE, { strict: false });
    const watchman = app.get(Watchman);
    const subscriptions = app.get(EventSubscriptions, { strict: false });
    for (const lamp of ['a', 'b', 'c']) {
      await store.append(streamName('lamp', lamp), [{ type: 'lamp.lit', schemaVersion: 1, data: { lamp } }], {
        expectedVersion: 'no-stream',
      });
    }
    await watchman.third;
    expect(watchman.seen).toEqual([new LampLit('a'), new LampLit('b'), new LampLit('c')].map((event) => expect.objectContaining(event)));
    expect(watchman.seen[0]).toBeInstanceOf(LampLit);
    expect(await subscriptions.check()).toMatchObject({ status: 'up', details: { watchman: { lagEvents: expect.any(Number) } } });
    expect(() => subscriptions.add({ name: 'watchman', handler: { each: () => undefined } })).toThrow(
      expect.objectContaining({ code: 'SUBSCRIPTION_NAME_TAKEN' }),
    );
    await app.close();
    expect((await subscriptions.progress())[0]).toMatchObject({ state: 'stopped' });
  });
});
