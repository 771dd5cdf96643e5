import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Why a body did not go on to its end. */
export type UploadFault = 'too-large' | 'cut';

/** A body that goes through as it comes, counted. Its end, whatever it is, leaves the connection of the client alone, so that it can be answered. */
export class Upload extends Readable {
  fault: UploadFault | undefined;
  /** Whether bytes of it were handed on: then it cannot be sent again. */
  consumed = false;
  private size = 0;

  constructor(
    private readonly source: IncomingMessage,
    private readonly limit: number,
  ) {
    super({ highWaterMark: 64 * 1024 });
    source.on('data', this.accept);
    source.on('end', this.finish);
    source.on('error', this.cut);
    source.on('close', this.cut);
    source.pause();
  }

  override _read(): void {
    this.source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const { source } = this;
    source.off('data', this.accept).off('end', this.finish).off('close', this.cut);
    source.pause();
    callback(error);
  }

  private readonly accept = (chunk: Buffer): void => {
    this.consumed = true;
    this.size += chunk.length;
    if (this.size > this.limit) this.fail('too-large');
    else if (!this.push(chunk)) this.source.pause();
  };

  private readonly finish = (): void => {
    this.push(null);
  };

  private readonly cut = (): void => {
    if (!this.source.readableEnded) this.fail('cut');
  };

  private fail(fault: UploadFault): void {
    this.fault ??= fault;
    this.destroy(new Error(`The body was given up: ${fault}.`));
  }
}

/** Reads a small body whole, so that it can be sent again. `cut` is called instead where it does not come to its end. */
export function readWhole(source: IncomingMessage, taken: (body: Buffer) => void, cut: () => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  source.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
  });
  source.once('end', () => {
    over = true;
    taken(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
  });
  const gone = (): void => {
    if (over) return;
    over = true;
    cut();
  };
  source.once('error', gone);
  source.once('close', gone);
}
