import { channelRole } from '../send/channels.js';
import { ProducerNotOwnerError } from './trust.errors.js';

/** What the rules look at; all of it may have been written by anybody. */
export interface ClaimedOrigin {
  readonly channel: string;
  readonly source: string;
  readonly type: string;
  /** The command that an answer answers. */
  readonly answers: string | undefined;
  /** The channel that a command wants its answer on. */
  readonly answerTo: string | undefined;
  /** The channel that a request wants its reply on. */
  readonly replyTo?: string | undefined;
}

/** Where every known service may publish a name. */
export const ANY_SERVICE = '*';

/**
 * Who may publish what: the owner of a name, where there is a rule for it; else the owner of the channel for its events, the owner of the command for its
 * answers, and for commands its senders, which is everybody where it names none. A command may have its answer sent to its sender only.
 */
export class NameOwners {
  constructor(
    private readonly owners: ReadonlyMap<string, string>,
    /** The service that handles a command, by durable name. */
    private readonly ownerOf: (command: string) => string | undefined,
    /** The services that may send a command besides its owner; `undefined`: any. */
    private readonly sendersOf: (command: string) => readonly string[] | undefined = () => undefined,
  ) {}

  /** Throws `PRODUCER_NOT_OWNER`. */
  demand(origin: ClaimedOrigin): void {
    if (origin.source === '') throw new ProducerNotOwnerError(origin, 'it names no source');
    const ruled = this.owners.get(origin.type);
    if (ruled === undefined) return this.demandByChannel(origin);
    demandSource(origin, ruled, 'that name');
    demandOwnAnswers(origin);
  }

  private demandByChannel(origin: ClaimedOrigin): void {
    const { kind, service } = channelRole(origin.channel);
    switch (kind) {
      case 'events':
        return demandSource(origin, service, 'the events of this channel');
      case 'answers':
      case 'replies':
      case 'sagas':
        return this.demandAnswerer(origin);
      default:
        this.demandSender(origin);
        return demandOwnAnswers(origin);
    }
  }

  private demandSender(origin: ClaimedOrigin): void {
    const senders = this.sendersOf(origin.type);
    if (senders === undefined || senders.includes(origin.source) || this.ownerOf(origin.type) === origin.source) return;
    throw new ProducerNotOwnerError(
      origin,
      `only ${senders.map((sender) => `"${sender}"`).join(', ') || 'its owner'} may send that command`,
    );
  }

  private demandAnswerer(origin: ClaimedOrigin): void {
    const { answers = '' } = origin;
    const owner = this.owners.get(answers) ?? this.ownerOf(answers);
    if (owner === undefined) throw new ProducerNotOwnerError(origin, 'it answers a command whose owner is not known here');
    demandSource(origin, owner, 'answers to that command');
  }
}

function demandSource(origin: ClaimedOrigin, owner: string, what: string): void {
  if (owner === ANY_SERVICE || owner === origin.source) return;
  throw new ProducerNotOwnerError(origin, `only "${owner}" publishes ${what}`);
}

/** Else anybody could have our answers sent anywhere. */
function demandOwnAnswers(origin: ClaimedOrigin): void {
  const { answerTo, replyTo, source } = origin;
  const foreign = [answerTo, replyTo].some((channel) => channel !== undefined && channelRole(channel).service !== source);
  if (foreign) throw new ProducerNotOwnerError(origin, 'its answer would go to a channel that is not its own');
}
