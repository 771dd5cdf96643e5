import type { OutgoingMessage } from '@minos/messaging/contracts';

const PLAIN_KEY = /^[\x20-\x7e]{1,200}$/;
const SMALL = 100_000;

/** Whether there can be nothing about a command that the outbox refuses: its key is plain, and it is far from too large. Looking closer costs as much as sending. */
export function isSurelySendable({ key, data }: OutgoingMessage): boolean {
  return PLAIN_KEY.test(key) && JSON.stringify(data).length < SMALL;
}
