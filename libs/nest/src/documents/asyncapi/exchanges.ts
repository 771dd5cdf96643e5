import type { MessageMetadata } from '@minos/common';
import { channelRole, channelsOf } from '@minos/messaging';
import { ANSWERS } from './answer-messages.js';
import { keyOfName, messageKey } from './messages.js';
import type { SagaFacts, ServiceFacts } from './service-facts.js';

/** Where what is asked is answered. */
export interface ReplyPlan {
  /** `undefined`: whoever asks says it. */
  readonly channel: string | undefined;
  /** The header that names the channel. */
  readonly header: 'ce_answerto' | 'ce_replyto';
  readonly messages: readonly string[];
}

/** One thing that a service does with messages of one channel. */
export interface Exchange {
  readonly id: string;
  readonly action: 'send' | 'receive';
  readonly channel: string;
  readonly title: string;
  /** Keys of the messages. */
  readonly messages: readonly string[];
  readonly reply?: ReplyPlan;
  /** The consumer that receives. */
  readonly consumer?: string;
}

const DECIDED = [ANSWERS.result, ANSWERS.rejection];
const REPLIED = [...DECIDED, ANSWERS.refusal];

/** Everything that the service sends, receives and answers. */
export function exchangesOf(facts: ServiceFacts): readonly Exchange[] {
  if (facts.broker === undefined) return [];
  return [
    ...publishing(facts),
    ...sending(facts),
    ...facts.sagas.flatMap((saga) => ofSaga(saga, facts)),
    ...facts.consumers.flatMap((consumer) => receiving(consumer, facts)),
  ];
}

function publishing({ service, messages, published }: ServiceFacts): Exchange[] {
  const events = messages.filter(({ kind, name }) => kind === 'event' && published.has(name)).map(messageKey);
  if (events.length === 0) return [];
  const channel = channelsOf(service).events;
  return [{ id: `publish.${channel}`, action: 'send', channel, title: `Publishes the events of ${service}`, messages: events }];
}

/** Commands and queries of other services that this one knows are there to be sent; those of sagas are theirs. */
function sending(facts: ServiceFacts): Exchange[] {
  const { service, messages, consumers, sagas } = facts;
  const own = channelsOf(service);
  const answered = new Set(consumers.filter(({ channels }) => channels.includes(own.answers)).flatMap(({ types }) => types));
  const ofSagas = new Set(sagas.flatMap(({ asked, told }) => [...asked, ...told]).filter((name) => !answered.has(name)));
  return messages.flatMap((metadata): Exchange[] => {
    const { kind, name, owner } = metadata;
    if (kind === 'event' || owner === undefined || owner === service || ofSagas.has(name)) return [];
    const reply: ReplyPlan = answered.has(name)
      ? { channel: own.answers, header: 'ce_answerto', messages: DECIDED }
      : { channel: own.replies, header: 'ce_replyto', messages: REPLIED };
    const channel = channelsOf(owner).commands;
    return [
      {
        id: `send.${keyOfName(name)}`,
        action: 'send',
        channel,
        title: `Sends ${name} to ${owner}`,
        messages: [messageKey(metadata)],
        reply,
      },
    ];
  });
}

/** What a saga asks is answered over the channel of sagas of its service, its own commands too: they leave by the broker. */
function ofSaga({ name: saga, asked, told }: SagaFacts, { service, messages }: ServiceFacts): Exchange[] {
  const reply: ReplyPlan = { channel: channelsOf(service).sagas, header: 'ce_answerto', messages: DECIDED };
  return [...new Set([...asked, ...told])].flatMap((name): Exchange[] => {
    const versions = messages.filter((metadata) => metadata.name === name);
    const owner = versions[0]?.owner;
    if (owner === undefined) return [];
    return [
      {
        id: `saga.${keyOfName(saga)}.${keyOfName(name)}`,
        action: 'send',
        channel: channelsOf(owner).commands,
        title: `The saga ${saga} sends ${name} to ${owner}`,
        messages: versions.map(messageKey),
        ...(asked.includes(name) ? { reply } : {}),
      },
    ];
  });
}

function receiving({ consumer, channels, types }: ServiceFacts['consumers'][number], { messages }: ServiceFacts): Exchange[] {
  return channels.flatMap((channel): Exchange[] => {
    const { kind } = channelRole(channel);
    // Answers are the replies of what is sent.
    if (kind === 'answers' || kind === 'sagas') return [];
    if (kind === 'commands')
      return types.map((type) => ({
        id: `receive.${keyOfName(type)}`,
        action: 'receive',
        channel,
        title: `Handles ${type}`,
        messages: keysOf([type], messages),
        reply: { channel: undefined, header: 'ce_replyto', messages: REPLIED },
        consumer,
      }));
    const id = `consume.${keyOfName(consumer)}${channels.length > 1 ? `.${keyOfName(channel)}` : ''}`;
    return [{ id, action: 'receive', channel, title: `Consumer ${consumer}`, messages: keysOf(types, messages), consumer }];
  });
}

function keysOf(types: readonly string[], messages: readonly MessageMetadata[]): readonly string[] {
  return types.flatMap((type) => {
    const versions = messages.filter(({ name }) => name === type).map(messageKey);
    return versions.length > 0 ? versions : [keyOfName(type)];
  });
}
