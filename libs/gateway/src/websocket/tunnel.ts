import type { Duplex } from 'node:stream';
import { closeFrame, type Farewell, maskedCloseFrame } from './close-frame.js';
import { FrameTracker } from './frame-tracker.js';

/** How long both sides have to answer a close frame. */
const CLOSING_MS = 1_000;

export interface TunnelSides {
  readonly client: Duplex;
  readonly service: Duplex;
}

/** An open WebSocket between a client and a service: bytes as they come, both ways, each side only as fast as the other takes them. */
export class Tunnel {
  private readonly toClient = new FrameTracker();
  private readonly toService = new FrameTracker();
  private timer: NodeJS.Timeout | undefined;
  private over = false;
  private farewell: Farewell | undefined;
  bytes = 0;

  constructor(
    private readonly sides: TunnelSides,
    private readonly idleMs: number,
    private readonly ended: () => void,
  ) {}

  open(): void {
    const { client, service } = this.sides;
    this.touch();
    this.carry(service, client, this.toClient);
    this.carry(client, service, this.toService);
    for (const side of [client, service]) {
      side.on('error', () => this.end());
      side.on('close', () => this.end());
    }
  }

  /** Tells both sides why it ends, where no frame is on its way; then ends. */
  close(farewell: Farewell): void {
    if (this.over || this.farewell !== undefined) return;
    this.farewell = farewell;
    this.sayGoodbye(farewell);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(), CLOSING_MS);
  }

  /** Ends both sides at once. Idempotent. */
  end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.sides.client.destroy();
    this.sides.service.destroy();
    this.ended();
  }

  private carry(from: Duplex, to: Duplex, frames: FrameTracker): void {
    from.on('data', (chunk: Buffer) => {
      // Who was told that it ends gets nothing more.
      if (this.farewell !== undefined && frames.closing) return;
      frames.follow(chunk);
      if (to === this.sides.client) this.bytes += chunk.length;
      this.timer?.refresh();
      if (!to.write(chunk)) from.pause();
      if (this.farewell !== undefined) this.sayGoodbye(this.farewell);
    });
    to.on('drain', () => from.resume());
    from.on('end', () => to.end());
  }

  private sayGoodbye(farewell: Farewell): void {
    const { client, service } = this.sides;
    if (this.toClient.between && !this.toClient.closing) this.put(client, closeFrame(farewell), this.toClient);
    if (this.toService.between && !this.toService.closing) this.put(service, maskedCloseFrame(farewell), this.toService);
  }

  private put(side: Duplex, frame: Buffer, frames: FrameTracker): void {
    frames.follow(frame);
    if (side.writable) side.write(frame);
  }

  private touch(): void {
    this.timer = setTimeout(() => this.end(), this.idleMs);
  }
}
