import { HttpStream } from '@minos/common/http';
import type { ServiceInstance } from '@minos/discovery';
import type { DocumentSource } from '../contracts/documents.js';

export interface HttpDocumentSourceOptions {
  /** Where services have their documents, such as `/docs/openapi.json`. */
  readonly path: string;
  /** The value of `Authorization` for a service, where its documents are not public. @default none */
  readonly authorization?: (service: string) => string | undefined | Promise<string | undefined>;
}

/** Reads documents from the instances over HTTP. Redirects are not followed: they would lead where the registry did not say. */
export class HttpDocumentSource implements DocumentSource {
  constructor(private readonly options: HttpDocumentSourceOptions) {}

  async read(instance: ServiceInstance, { mostBytes, signal }: Parameters<DocumentSource['read']>[1]): Promise<Uint8Array> {
    const { path, authorization } = this.options;
    const credential = await authorization?.(instance.service);
    const headers = { accept: 'application/json', ...(credential === undefined ? {} : { authorization: credential }) };
    const stream = await HttpStream.open(new URL(path, instance.address), { headers, signal }, {});
    try {
      if (stream.status !== 200) throw new Error(`Its document was answered with ${stream.status}.`);
      if (!/^application\/([\w.-]+\+)?json\b/i.test(stream.headers['content-type'] ?? '')) throw new Error('Its document is no JSON.');
      return await stream.bytes(mostBytes);
    } finally {
      stream.close();
    }
  }
}
