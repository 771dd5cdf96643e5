import type { Broker } from '../contracts/broker.js';
import { InboxRetentionTooShortError } from './inbox-retention.errors.js';

/**
 * For boot: one error for each channel that keeps its messages for longer than the inbox keeps marks. For channels that keep them forever
 * there is none, but their consumers belong into `endless` of the `InboxPurge`: see {@link endlessChannels}. Rejects with what `describe` does: `CHANNEL_UNKNOWN`, `BROKER_UNAVAILABLE`.
 */
export async function checkRetention(
  broker: Pick<Broker, 'describe'>,
  channels: readonly string[],
  inboxRetentionMs: number,
): Promise<readonly InboxRetentionTooShortError[]> {
  const found = await Promise.all([...new Set(channels)].map((channel) => broker.describe(channel)));
  return found.flatMap(({ name, retentionMs }) =>
    retentionMs !== 'forever' && retentionMs > inboxRetentionMs
      ? [new InboxRetentionTooShortError(name, retentionMs, inboxRetentionMs)]
      : [],
  );
}

/** The channels that keep messages forever. Rejects as {@link checkRetention}. */
export async function endlessChannels(broker: Pick<Broker, 'describe'>, channels: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all([...new Set(channels)].map((channel) => broker.describe(channel)));
  return new Set(found.filter(({ retentionMs }) => retentionMs === 'forever').map(({ name }) => name));
}
