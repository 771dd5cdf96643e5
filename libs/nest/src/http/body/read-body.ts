import type { IncomingMessage } from 'node:http';
import { PayloadTooLargeException } from '@nestjs/common';
import { BodyBuffer } from './body-buffer.js';

/** A body that is too large is read on to its end, so that the client reads the answer, but no further than so many times the limit. */
const PATIENCE = 8;

/** The whole body, at the most `limit` bytes; 413 beyond. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new BodyBuffer(limit);
    const tooLarge = (): PayloadTooLargeException =>
      new PayloadTooLargeException({
        message: `The body is larger than ${limit} bytes.`,
        code: 'PAYLOAD_REFUSED',
        errors: [{ path: '', message: `must not be larger than ${limit} bytes` }],
      });
    request.on('data', (chunk: Buffer) => {
      body.add(chunk);
      if (body.size > limit * PATIENCE) reject(tooLarge());
    });
    request.once('end', () => (body.size > limit ? reject(tooLarge()) : resolve(body.whole())));
    request.once('error', reject);
    request.once('aborted', () => reject(new PayloadTooLargeException('The body was cut off.')));
  });
}
