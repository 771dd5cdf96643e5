import { LogWriter } from './log-writer.js';
import type { PendingMessage } from './publish-batch.js';

const MESSAGE: PendingMessage = {
  ...{ channel: 'order.events', channelId: 1, partition: 0, key: 'a', headers: '{}' },
  ...{ body: Buffer.from('x'), bytes: 1 },
};

/** A server that answers with these, one after the other, and hints that are noted. */
function setUp(...answers: readonly (Error | 'stored')[]) {
  const sent: string[] = [];
  const hinted: string[] = [];
  const gateway = {
    call: async (_: string, { name }: { name: string }) => {
      sent.push(name);
      const answer = answers[sent.length - 1];
      if (answer instanceof Error) throw answer;
      return [{ firsts: [5n] }];
    },
  };
  const hints = {
    claim: (topics: readonly string[]) => topics,
    tell: (topic: string) => void hinted.push(`told ${topic}`),
    hint: (topic: string) => void hinted.push(`hinted ${topic}`),
  };
  const writer = new LogWriter(gateway as never, { forget: () => undefined } as never, {} as never, hints as never);
  return { writer, sent, hinted };
}

describe('LogWriter', () => {
  it('notifies with the commit of a few messages, and of many in a statement of its own', async () => {
    const { writer, sent, hinted } = setUp('stored', 'stored');
    await expect(writer.append([MESSAGE])).resolves.toEqual([{ channel: 'order.events', partition: 0, offset: 5n }]);
    await writer.append(Array.from({ length: 17 }, () => MESSAGE));
    expect(sent).toEqual(['minos_broker_publish_and_notify', 'minos_broker_publish']);
    expect(hinted).toEqual(['told channel/order.events', 'hinted channel/order.events']);
  });

  it('stores the messages where the queue of notifications is full', async () => {
    const { writer, sent } = setUp(Object.assign(new Error('too many notifications in the NOTIFY queue'), { code: '54000' }), 'stored');
    await expect(writer.append([MESSAGE])).resolves.toHaveLength(1);
    expect(sent).toEqual(['minos_broker_publish_and_notify', 'minos_broker_publish']);
  });

  it('hints by itself where the publish that should have failed', async () => {
    const { writer, hinted } = setUp(new Error('gone'));
    await expect(writer.append([MESSAGE])).rejects.toThrow('gone');
    expect(hinted).toEqual(['hinted channel/order.events']);
  });
});
