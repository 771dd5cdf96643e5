/** The channels of a service. Events, commands, answers and replies have one each, and so have sagas, so that a backlog of one kind does not hold up another. */
export interface ServiceChannels {
  readonly events: string;
  readonly commands: string;
  /** Answers to commands that were sent, for the service's answer handlers. */
  readonly answers: string;
  /** Answers to requests: each asking instance reads one partition. */
  readonly replies: string;
  /** Answers to the commands of the service's sagas. */
  readonly sagas: string;
}

export function channelsOf(service: string): ServiceChannels {
  return {
    events: `${service}.events`,
    commands: `${service}.commands`,
    answers: `${service}.answers`,
    replies: `${service}.replies`,
    sagas: `${service}.sagas`,
  };
}

/** What a channel is for, and whose it is; a name that is not made like those of services belongs to none. */
export interface ChannelRole {
  readonly kind: keyof ServiceChannels | 'other';
  /** Empty for `other`. */
  readonly service: string;
}

const KINDS: readonly string[] = ['events', 'commands', 'answers', 'replies', 'sagas'] satisfies readonly ChannelRole['kind'][];
const OTHER: ChannelRole = { kind: 'other', service: '' };

export function channelRole(channel: string): ChannelRole {
  const dot = channel.lastIndexOf('.');
  const kind = channel.slice(dot + 1);
  return dot > 0 && KINDS.includes(kind) ? { kind: kind as ChannelRole['kind'], service: channel.slice(0, dot) } : OTHER;
}
