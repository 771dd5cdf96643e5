import { keyHash } from '@minos/common';
import { OUTBOX_SLOTS } from '../contracts/outgoing-message.js';

export const outboxHash = (channel: string, key: string): number => keyHash(channel + key);

/** The hash as an unsigned number modulo the number of slots, which is a power of two. */
export const slotOfHash = (hash: number): number => hash & (OUTBOX_SLOTS - 1);

/** Whoever adds a message holds this lock from before its id is drawn until the commit, so that ids of one key ascend in the order of the commits. */
export const outboxLockKey = (channel: string, key: string): string => `outbox:${channel}:${key}`;
