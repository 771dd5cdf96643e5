import type { SchemaSources } from '../schema/payload-schemas.js';
import type { AsyncApiDocument, AsyncApiOperation, AsyncApiReply } from './asyncapi-document.js';
import { channelMessageRef, channelRef, channelsOfExchanges } from './channels.js';
import { exchangesOf, type Exchange, type ReplyPlan } from './exchanges.js';
import { messageComponents } from './messages.js';
import type { ServiceFacts } from './service-facts.js';

const WHERE = {
  ce_replyto: 'The header ce_replyto, where somebody waits for the reply.',
  ce_answerto: 'The header ce_answerto of the command.',
} as const;

const ANY = 'The header ce_replyto, where somebody waits for the reply, and ce_answerto of a command that was sent without waiting.';

/** The AsyncAPI 3.0 document of a service. */
export function serviceAsyncApi(facts: ServiceFacts, info: AsyncApiDocument['info'], sources: SchemaSources): AsyncApiDocument {
  const exchanges = exchangesOf(facts);
  return {
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    servers: facts.broker?.servers ?? {},
    channels: channelsOfExchanges(exchanges, facts),
    operations: Object.fromEntries(exchanges.map((exchange) => [exchange.id, operation(exchange, facts)])),
    components: messageComponents(facts, sources),
    'x-minos-names': facts.names,
  };
}

function operation({ action, channel, title, messages, reply, consumer }: Exchange, facts: ServiceFacts): AsyncApiOperation {
  return {
    action,
    channel: channelRef(channel),
    title,
    messages: messages.map((key) => channelMessageRef(channel, key)),
    ...(reply === undefined ? {} : { reply: replyOf(reply) }),
    ...(consumer === undefined ? {} : group(consumer, facts)),
  };
}

function replyOf({ channel, header, messages }: ReplyPlan): AsyncApiReply {
  return {
    address: { description: channel === undefined ? ANY : WHERE[header], location: `$message.header#/${header}` },
    channel: channelRef(channel),
    messages: messages.map((key) => channelMessageRef(channel, key)),
  };
}

function group(consumer: string, { broker }: ServiceFacts): Pick<AsyncApiOperation, 'bindings'> {
  if (broker?.kind !== 'kafka') return {};
  return { bindings: { kafka: { groupId: { type: 'string', enum: [`${broker.prefix}${consumer}`] }, bindingVersion: '0.5.0' } } };
}
