import { until } from '@minos/common/testing';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { unlessItStoodStill } from '../../tools/testing/unless-it-stood-still.js';
import { onEachKafka } from './on-each-kafka.js';
import { emitPlain } from './plain-kafka.js';
import { emitMinos, gate, minos, plainNest } from './scene.js';

/** How long this process may stand still within a session of 6 s; that of a broker in memory ends only with its connection. */
const SURVIVED_MS = 3_000;
const ORDER = [{ key: '1', value: { orderId: '1' } }];

const scenario = (topic: string) => {
  const work = gate();
  const lines: string[] = [];
  @Controller()
  class Reports {
    @EventPattern<string>(topic)
    async placed(): Promise<void> {
      lines.push('begin');
      await work.opened;
      lines.push('end');
    }
  }
  return { work, lines, parts: { controllers: [Reports] } };
};

onEachKafka('a handler that takes longer than the session of its consumer', ({ cluster, messaging, sessionMs }) => {
  it('plain Nest: the group goes on without it, and the message is handled again', async () => {
    const kafka = cluster();
    const [topic, group] = [`${kafka.name}.order.placed`, `${kafka.name}.reports`];
    await kafka.createTopics(topic);
    const { work, lines, parts } = scenario(topic);
    await plainNest(parts, [
      kafka.server(group, { consumer: { groupId: group, sessionTimeout: sessionMs, heartbeatInterval: sessionMs / 5 } }),
    ]);
    await emitPlain(kafka, topic, ORDER);
    await until(() => lines.length === 1, 'the handler');
    await kafka.sessionOver(group);
    work.open();
    await until(() => lines.length >= 4, 'the second time');
    expect(lines.slice(0, 4)).toEqual(['begin', 'end', 'begin', 'end']);
  });

  it(
    'Minos: beats on while the handler works, and the message is handled once',
    () =>
      unlessItStoodStill(SURVIVED_MS, async () => {
        const { work, lines, parts } = scenario('order.placed');
        const { consumers, ...more } = messaging();
        const app = await minos('order', parts, { ...more, consumers: { ...consumers, session: sessionMs } });
        await emitMinos(app, 'order.placed', ORDER);
        await until(() => lines.length >= 1, 'the handler');
        const threeSessions = performance.now() + 3 * sessionMs;
        await until(() => performance.now() > threeSessions, 'three sessions');
        work.open();
        await until(() => lines.includes('end'), 'the end of it');
        await app.settled({ timeout: '60s' });
        return () => expect(lines).toEqual(['begin', 'end']);
      }),
    300_000,
  );
});
