import { isMinosError } from '@minos/common';
import type { ConsumerPartitionStatus, ConsumerStatus } from '../consumer/consumer-status.js';
import type { ConsumerObservation } from './consumer-observation.js';
import type { MessagingHealthSettings } from './messaging-watch.options.js';

/** Why a consumer makes no progress. `broker`: because the broker cannot be reached, which may be held against the service or not. */
export interface ConsumerFault {
  readonly because: 'consumer' | 'broker';
  /** A sentence for the operator. */
  readonly text: string;
}

/** What keeps a consumer from making progress; nothing where it makes some, or has nothing to do. */
export function faultsOf(observation: ConsumerObservation, settings: MessagingHealthSettings, now: number): readonly ConsumerFault[] {
  const status = observation.look(now);
  if (!status.running) return [{ because: 'consumer', text: 'it is stopped' }];
  const away = isMinosError(observation.lagError, 'BROKER_UNAVAILABLE');
  const faults = [
    ...memberTexts(observation, { settings, status, now }).map((text): ConsumerFault => ({ because: away ? 'broker' : 'consumer', text })),
    ...status.partitions.flatMap((one) => partitionTexts(one, observation, { settings, status, now })).map(ofConsumer),
  ];
  return away && faults.length === 0 ? [{ because: 'broker', text: 'the broker does not answer' }] : faults;
}

/** Errors of drivers name hosts and users; the code says enough. */
export function codeOf(error: unknown): string {
  if (isMinosError(error)) return error.code;
  return error instanceof Error ? error.name : 'unknown error';
}

function ofConsumer(text: string): ConsumerFault {
  return { because: 'consumer', text };
}

function memberTexts(observation: ConsumerObservation, { settings, status, now }: Context): string[] {
  const { member, error } = status;
  const reason = member?.error ?? error;
  const why = reason === undefined ? '' : ` (${codeOf(reason)})`;
  const inactiveMs = observation.inactiveMs(now);
  if (inactiveMs >= settings.stallAfter) return [`it has been ${member?.state ?? 'no member'} for ${seconds(inactiveMs)}${why}`];
  const silentMs = observation.silentMs(status, now);
  return silentMs >= settings.stallAfter ? [`its member has heard nothing of the broker for ${seconds(silentMs)}${why}`] : [];
}

interface Context {
  readonly settings: MessagingHealthSettings;
  readonly status: ConsumerStatus;
  readonly now: number;
}

function partitionTexts(
  partition: ConsumerPartitionStatus,
  observation: ConsumerObservation,
  { settings, status, now }: Context,
): string[] {
  const { halted, inHand, unmovedMs, trouble } = partition;
  const where = `partition ${partition.partition} of ${partition.channel}`;
  if (halted !== undefined) return [`${where} stands: ${halted.message}`];
  const why = trouble === undefined ? '' : ` (${codeOf(trouble)})`;
  const patience = Math.max(settings.stallAfter, status.patienceMs);
  if (unmovedMs >= patience) return [`${where} has ${inHand} messages in hand and has not moved for ${seconds(unmovedMs)}${why}`];
  const idleMs = observation.idleMs(partition, now);
  return idleMs >= settings.stallAfter ? [`messages have waited in ${where} for ${seconds(idleMs)}, and none comes in hand${why}`] : [];
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
