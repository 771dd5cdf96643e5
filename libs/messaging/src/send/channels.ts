/** The channels of a service. Events, commands and answers have one each, so that a backlog of one kind does not hold up another. */
export interface ServiceChannels {
  readonly events: string;
  readonly commands: string;
  readonly answers: string;
}

export function channelsOf(service: string): ServiceChannels {
  return { events: `${service}.events`, commands: `${service}.commands`, answers: `${service}.answers` };
}
