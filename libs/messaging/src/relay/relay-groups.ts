import { OUTBOX_SLOTS } from '../contracts/outgoing-message.js';

/** Fixed, as the number of slots is: two relays that divided the slots differently would both publish one key. */
export const RELAY_GROUPS = 8;

const SLOTS_OF_A_GROUP = OUTBOX_SLOTS / RELAY_GROUPS;

export const groupOfSlot = (slot: number): number => Math.floor(slot / SLOTS_OF_A_GROUP);

export const slotsOfGroup = (group: number): readonly number[] =>
  Array.from({ length: SLOTS_OF_A_GROUP }, (_, index) => group * SLOTS_OF_A_GROUP + index);

export const leaseOfGroup = (group: number): string => `outbox:${group}`;
