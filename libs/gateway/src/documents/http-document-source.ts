import type { ServiceInstance } from '@minos/discovery';
import { type Dispatcher, request } from 'undici';
import type { DocumentSource } from '../contracts/documents.js';

export interface HttpDocumentSourceOptions {
  /** Where services have their documents, such as `/docs/openapi.json`. */
  readonly path: string;
  /** The value of `Authorization` for a service, where its documents are not public. @default none */
  readonly authorization?: (service: string) => string | undefined | Promise<string | undefined>;
  /** Through which connections. @default those of undici */
  readonly dispatcher?: Dispatcher;
}

/** Reads documents from the instances over HTTP. Redirects are not followed: they would lead where the registry did not say. */
export class HttpDocumentSource implements DocumentSource {
  constructor(private readonly options: HttpDocumentSourceOptions) {}

  async read(instance: ServiceInstance, { mostBytes, signal }: Parameters<DocumentSource['read']>[1]): Promise<Uint8Array> {
    const { path, authorization, dispatcher } = this.options;
    const credential = await authorization?.(instance.service);
    const { statusCode, headers, body } = await request(new URL(path, instance.address), {
      signal,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...(credential === undefined ? {} : { authorization: credential }),
      },
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    // Of closing it below, which is an error of what was not read.
    body.on('error', () => undefined);
    try {
      if (statusCode !== 200) throw new Error(`Its document was answered with ${statusCode}.`);
      if (!/^application\/([\w.-]+\+)?json\b/i.test(String(headers['content-type']))) throw new Error('Its document is no JSON.');
      return await bytesOf(body, mostBytes);
    } finally {
      // What is left is not read: the connection is closed instead.
      body.destroy();
    }
  }
}

async function bytesOf(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > most) throw new Error(`Its document has more than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
