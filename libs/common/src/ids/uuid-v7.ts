import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '../contracts/ids.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Random bytes of one id: 2 for the counter's start, 8 for the tail. */
const STRIDE = 10;
const POOL_BYTES = STRIDE * 512;
const COUNTER_LIMIT = 0x1000;

/** Whether `value` is a UUID of any version in its usual text form. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && value.length === 36 && UUID.test(value);
}

/**
 * UUIDs of version 7 that ascend strictly, as strings and as bytes: 48 bits of milliseconds, 12 bits of a counter that starts at
 * random in the lower half of each millisecond, 62 random bits. A clock that goes back, or a counter that runs over,
 * leaves the time part at or ahead of the last one.
 */
export class UuidV7Generator implements IdGenerator {
  private readonly pool = Buffer.alloc(POOL_BYTES);
  private offset = POOL_BYTES;
  private last = -1;
  private counter = 0;
  /** The text of `last`, up to and including the version. */
  private prefix = '';

  constructor(private readonly now: () => number = Date.now) {}

  next(): string {
    if (this.offset === POOL_BYTES) this.refill();
    const { pool, offset } = this;
    this.offset += STRIDE;
    this.advance(pool.readUInt16BE(offset));
    pool.writeUInt8(0x80 | (pool.readUInt8(offset + 2) & 0x3f), offset + 2);
    const counter = this.counter.toString(16).padStart(3, '0');
    const tail = pool.toString('hex', offset + 2, offset + STRIDE);
    return `${this.prefix}${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }

  private advance(random: number): void {
    const now = this.now();
    if (now > this.last) {
      this.enter(now);
      this.counter = random & 0x7ff;
    } else if (++this.counter === COUNTER_LIMIT) {
      this.enter(this.last + 1);
      this.counter = 0;
    }
  }

  private enter(millisecond: number): void {
    const time = millisecond.toString(16).padStart(12, '0');
    this.last = millisecond;
    this.prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  }

  private refill(): void {
    randomFillSync(this.pool);
    this.offset = 0;
  }
}

const PROCESS_IDS = new UuidV7Generator();

/** A UUIDv7 that is greater than every one this process was given before. */
export function uuidv7(): string {
  return PROCESS_IDS.next();
}
