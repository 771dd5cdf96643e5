const FIRST_BYTES = 4_096;

/**
 * Collects the pieces of a body in one piece of memory of at most `limit` bytes. Keeping the pieces themselves would cost a hundred times
 * their size where a client sends each byte as a chunk of its own.
 */
export class BodyBuffer {
  private bytes = Buffer.alloc(0);
  private used = 0;

  constructor(private readonly limit: number) {}

  /** Takes a piece, unless the body is larger than the limit by then: what was kept is dropped, and nothing is any more. */
  add(piece: Buffer): void {
    this.used += piece.length;
    if (this.used > this.limit) {
      this.bytes = Buffer.alloc(0);
      return;
    }
    if (this.used > this.bytes.length) this.grow();
    piece.copy(this.bytes, this.used - piece.length);
  }

  /** How many bytes came, those beyond the limit included. */
  get size(): number {
    return this.used;
  }

  /** The body. Only where it is within the limit. */
  whole(): Buffer {
    return this.bytes.subarray(0, this.used);
  }

  private grow(): void {
    const larger = Buffer.alloc(Math.min(this.limit, Math.max(FIRST_BYTES, this.used, this.bytes.length * 2)));
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}
