import { channelRole } from '@minos/messaging';
import type { AsyncApiChannel, Reference } from './asyncapi-document.js';
import type { Exchange } from './exchanges.js';
import { keyOfName } from './messages.js';
import type { BrokerFacts, ServiceFacts } from './service-facts.js';

/** The channel of whoever asks, which a request names. */
export const ASKED_BY = 'replies';

const PURPOSES = {
  events: (service: string) => `Events of the service ${service}, in the order of each stream.`,
  commands: (service: string) => `Commands and queries for the service ${service}, in the order of each key.`,
  answers: (service: string) => `Answers to commands that the service ${service} has sent.`,
  sagas: (service: string) => `Answers to the commands of the sagas of ${service}.`,
  replies: (service: string) => `Replies to what instances of the service ${service} wait for; each reads one partition.`,
  other: () => 'A channel that the application named.',
} as const;

export const channelId = (channel: string | undefined): string => (channel === undefined ? ASKED_BY : keyOfName(channel));
export const channelRef = (channel: string | undefined): Reference => ({ $ref: `#/channels/${channelId(channel)}` });
export const channelMessageRef = (channel: string | undefined, message: string): Reference => ({
  $ref: `#/channels/${channelId(channel)}/messages/${message}`,
});

/** Every channel that an exchange or its reply goes over. */
export function channelsOfExchanges(exchanges: readonly Exchange[], facts: ServiceFacts): Readonly<Record<string, AsyncApiChannel>> {
  const messages = new Map<string | undefined, Set<string>>();
  const add = (channel: string | undefined, keys: readonly string[]): void => {
    const known = messages.get(channel) ?? new Set();
    for (const key of keys) known.add(key);
    messages.set(channel, known);
  };
  for (const { channel, messages: keys, reply } of exchanges) {
    add(channel, keys);
    if (reply !== undefined) add(reply.channel, reply.messages);
  }
  return Object.fromEntries([...messages].map(([channel, keys]) => [channelId(channel), describe(channel, [...keys], facts)]));
}

function describe(channel: string | undefined, keys: readonly string[], { service, broker }: ServiceFacts): AsyncApiChannel {
  const messages = Object.fromEntries(keys.map((key) => [key, { $ref: `#/components/messages/${key}` }]));
  if (channel === undefined) {
    const description =
      'Where whoever asked wants the answer: the header ce_replyto of the request, or ce_answerto of a command that was sent.';
    return { address: null, title: 'The channel that a request names', description, messages };
  }
  const role = channelRole(channel);
  return {
    address: `${broker?.prefix ?? ''}${channel}`,
    title: channel,
    description: PURPOSES[role.kind](role.service),
    messages,
    ...(broker === undefined ? {} : bindings(`${broker.prefix}${channel}`, role.service === service, broker)),
  };
}

/** How many partitions a channel has is its owner's choice. */
function bindings(topic: string, own: boolean, { kind, partitions, retentionMs }: BrokerFacts): Pick<AsyncApiChannel, 'bindings'> {
  if (kind !== 'kafka') return {};
  const retention = retentionMs === 'forever' ? -1 : retentionMs;
  const chosen = own ? { partitions, topicConfiguration: { 'retention.ms': retention } } : {};
  return { bindings: { kafka: { topic, ...chosen, bindingVersion: '0.5.0' } } };
}
