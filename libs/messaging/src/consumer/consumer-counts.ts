/** What a consumer of this process has done since it was made. */
export interface ConsumerCounts {
  handled: number;
  /** Messages whose handler threw a rejection; counted in `handled` too. */
  rejected: number;
  /** Messages that came again after they had been handled. */
  duplicates: number;
  /** Messages on event channels of types that no handler names. */
  ignored: number;
  /** Messages that were parked, those behind a parked one included. */
  parked: number;
  /** Messages that are not from who they say, or not sound: they are parked under keys of their own, and counted in `parked` too. */
  refused: number;
}

export function noCounts(): ConsumerCounts {
  return { handled: 0, rejected: 0, duplicates: 0, ignored: 0, parked: 0, refused: 0 };
}
