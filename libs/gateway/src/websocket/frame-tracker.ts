const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;
const CLOSE = 8;

/** Follows the frames of one direction of a WebSocket (RFC 6455), as far as it takes to know where one ends. Keeps no content. */
export class FrameTracker {
  /** Bytes of the frame's content that are still to come. */
  private content = 0;
  private readonly head = Buffer.alloc(14);
  private headLength = 0;
  private closed = false;

  /** Between two frames: another may be put in here. */
  get between(): boolean {
    return this.content === 0 && this.headLength === 0;
  }

  /** A close frame went by: no other may follow. */
  get closing(): boolean {
    return this.closed;
  }

  follow(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.content > 0) {
        const skipped = Math.min(this.content, chunk.length - at);
        this.content -= skipped;
        at += skipped;
        continue;
      }
      this.head[this.headLength++] = chunk[at++] as number;
      if (this.headLength === this.headBytes()) this.enter();
    }
  }

  /** As many as the bytes that are there say. */
  private headBytes(): number {
    if (this.headLength < 2) return 2;
    const second = this.head[1] as number;
    const length = second & 0x7f;
    const extended = length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0;
    return 2 + extended + ((second & 0x80) === 0 ? 0 : MASK_BYTES);
  }

  private enter(): void {
    const length = (this.head[1] as number) & 0x7f;
    if (length === LENGTH_16) this.content = this.head.readUInt16BE(2);
    else if (length === LENGTH_64) this.content = Number(this.head.readBigUInt64BE(2));
    else this.content = length;
    if (((this.head[0] as number) & 0x0f) === CLOSE) this.closed = true;
    this.headLength = 0;
  }
}
