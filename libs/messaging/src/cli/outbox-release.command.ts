import { type CliCommand, CliUsageError, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import type { RefusedKeyDecision } from '../contracts/outbox-store.js';
import { RefusedKeys } from '../outbox/refused-keys.js';
import { PostgresOutboxStore } from '../postgres/outbox/postgres-outbox-store.js';

export const OUTBOX_RELEASE: CliCommand = {
  name: 'release',
  summary: 'let the messages of a refused key leave again; done at once',
  options: {
    channel: { type: 'string', value: 'name', help: 'the channel of the key' },
    key: { type: 'string', value: 'key', help: 'the key' },
    oldest: { type: 'string', value: 'retry|discard', help: 'what becomes of the message that was refused; discard needs --yes' },
    yes: { type: 'boolean', help: 'needed to discard' },
    ...REQUESTER_OPTIONS,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const channel = given.demandText('channel', 'the channel of the key');
    const key = given.demandText('key', 'the key, as "minos outbox refused" lists it');
    const oldest = oldestOf(given);
    await new RefusedKeys(new PostgresOutboxStore(context.database())).release({ channel, key }, { oldest, ...requesterOf(given) });
    const how = oldest === 'retry' ? 'beginning with the one that was refused' : 'without the one that was refused; the audit keeps it';
    context.print(`Released: the messages of the key ${printable(key)} of ${channel} leave again, ${how}.`);
    return 0;
  },
};

function oldestOf(given: Given): RefusedKeyDecision['oldest'] {
  const oldest = given.demandText('oldest', 'retry or discard');
  if (oldest !== 'retry' && oldest !== 'discard') throw new CliUsageError(`--oldest is "${oldest}": give retry or discard.`);
  if (oldest === 'discard' && !given.flag('yes')) {
    throw new CliUsageError('This discards a message that nobody has received: add --yes to do it.');
  }
  return oldest;
}
