import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { PAGE, PAGE_POLICY, PAGE_SCRIPT, PLAIN_PAGE } from './document-page.js';
import type { GatewayDocuments } from './gateway-documents.js';

export interface DocumentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const INSTALLED: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', SCRIPT],
]);

/** What the gateway itself answers below `/docs`: the page to try routes, and the merged document. */
export class DocumentPages {
  constructor(private readonly documents: Pick<GatewayDocuments, 'document'>) {}

  /** Of the segments of a path of a GET; `undefined` where there is nothing. */
  async answer(segments: readonly string[]): Promise<DocumentAnswer | undefined> {
    const [top, name, file, more] = segments;
    if (top !== 'docs' || more !== undefined) return undefined;
    if (file !== undefined) return name === 'assets' ? asset(file) : undefined;
    if (name === 'openapi.json') return answerOf(JSON.stringify(await this.documents.document()), 'application/json');
    return name === undefined || name === 'openapi' ? answerOf(folder() === undefined ? PLAIN_PAGE : PAGE, HTML) : undefined;
  }
}

function asset(name: string): DocumentAnswer | undefined {
  if (name === 'routes.js') return answerOf(PAGE_SCRIPT, SCRIPT);
  const type = INSTALLED.get(name);
  const where = folder();
  return type === undefined || where === undefined ? undefined : answerOf(createReadStream(join(where, name)), type);
}

function answerOf(body: string | Readable, type: string): DocumentAnswer {
  const headers = {
    'content-type': type,
    'content-security-policy': PAGE_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
  return { status: 200, headers, body };
}

function folder(): string | undefined {
  try {
    return dirname(require.resolve('swagger-ui-dist/package.json'));
  } catch {
    return undefined;
  }
}
