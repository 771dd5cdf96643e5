/** Source of the ids that the suite gives to messages, units and events. Synchronous; ids of one generator ascend as strings. */
export interface IdGenerator {
  /** A UUID that this generator never gave before. */
  next(): string;
}
