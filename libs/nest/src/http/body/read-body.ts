import type { IncomingMessage } from 'node:http';
import { PayloadTooLargeException } from '@nestjs/common';

/** A body that is too large is read on to its end, so that the client reads the answer, but no further than so many times the limit. */
const PATIENCE = 8;

/** The whole body, at the most `limit` bytes; 413 beyond. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = (): PayloadTooLargeException =>
      new PayloadTooLargeException({
        message: `The body is larger than ${limit} bytes.`,
        code: 'PAYLOAD_REFUSED',
        errors: [{ path: '', message: `must not be larger than ${limit} bytes` }],
      });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (size > limit * PATIENCE) reject(tooLarge());
      else chunks.length = 0;
    });
    request.once('end', () => (size > limit ? reject(tooLarge()) : resolve(Buffer.concat(chunks, size))));
    request.once('error', reject);
    request.once('aborted', () => reject(new PayloadTooLargeException('The body was cut off.')));
  });
}
