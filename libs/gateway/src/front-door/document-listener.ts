import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { DocumentPages } from '../documents/document-pages.js';
import type { RequestListener } from './gateway.js';
import { readTarget } from '../request/request-target.js';

const ROOT = 'docs';
/** Where the page is. */
export const DOCUMENTS_PATH = `/${ROOT}`;

/** Answers the documents of all services as one, and leaves everything else to `own`. */
export function documentListener(pages: DocumentPages, own: RequestListener): RequestListener {
  return (request, response) => {
    const segments = readTarget(request.url ?? '')?.segments ?? [];
    if (segments[0] !== ROOT || (request.method !== 'GET' && request.method !== 'HEAD')) return own(request, response);
    pages
      .answer(segments)
      .then((answer) => (answer === undefined ? own(request, response) : send(request, response, answer)))
      .catch(() => response.destroy());
  };
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Exclude<Awaited<ReturnType<DocumentPages['answer']>>, undefined>,
): void {
  response.writeHead(status, headers);
  if (method === 'HEAD') response.end();
  else if (typeof body === 'string') response.end(body);
  else
    Readable.from(body)
      .on('error', () => response.destroy())
      .pipe(response);
}
