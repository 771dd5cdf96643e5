import type { FeedPosition } from '../contracts/event-store.js';

/** Which of two positions of one feed comes first: negative, zero or positive, as `Array.sort` wants it. */
export function comparePositions(left: FeedPosition, right: FeedPosition): number {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A store's number as a position. Only stores call this; everyone else hands positions on as they are. */
export function toFeedPosition(value: bigint | number): FeedPosition {
  return String(value) as FeedPosition;
}

/** How many positions lie behind `from`, up to and with `to`; at the most so many events. 0 where `to` is not behind `from`. */
export function positionDistance(from: FeedPosition, to: FeedPosition): number {
  const distance = BigInt(to) - BigInt(from);
  return distance > 0n ? Number(distance) : 0;
}
