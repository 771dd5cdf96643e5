import { readFile } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { HttpStream } from '@minos/common/http';
import type { ResolvedKubernetesOptions } from './kubernetes-directory.options.js';

const LONGEST_ANSWER = 64 * 1024 * 1024;
const LONGEST_REFUSAL = 1024 * 1024;
const SHOWN = 200;

/** What the API answered that was no success, with the reason that it gave. */
export class KubernetesRefusal extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(`the API answered ${status}: ${reason.trim().slice(0, SHOWN)}`);
  }
}

/** Reads the API of a cluster. */
export class KubernetesApi {
  constructor(private readonly options: Pick<ResolvedKubernetesOptions, 'url' | 'tokenFile' | 'caFile' | 'silence'>) {}

  /** One answer, parsed. Rejects with {@link KubernetesRefusal}. */
  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const stream = await this.ask(path, signal);
    return JSON.parse((await stream.bytes(LONGEST_ANSWER)).toString());
  }

  /** The lines of an answer that goes on, each parsed. Resolves once the API has accepted; rejects with {@link KubernetesRefusal}. */
  async lines(path: string, signal: AbortSignal): Promise<AsyncGenerator<unknown>> {
    return parsedLines(await this.ask(path, signal));
  }

  private async ask(path: string, signal: AbortSignal): Promise<HttpStream> {
    const { url, tokenFile, caFile, silence } = this.options;
    const [token, ca] = await Promise.all([readOrNothing(tokenFile), url.startsWith('https:') ? readOrNothing(caFile) : undefined]);
    const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token.trim()}` }) };
    const asked = { headers, signal, ...(ca === undefined ? {} : { ca }) };
    const stream = await HttpStream.open(new URL(path, url), asked, { answerMs: silence, silenceMs: silence });
    if (stream.status === 200) return stream;
    const text = await stream.bytes(LONGEST_REFUSAL).then(String, () => 'a reason that cannot be read');
    throw new KubernetesRefusal(stream.status, reasonIn(text));
  }
}

async function* parsedLines(stream: HttpStream): AsyncGenerator<unknown> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of stream.pieces()) {
    const lines = (rest + decoder.write(Buffer.from(piece))).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_ANSWER) throw new Error('a line of the API is longer than 64 MiB');
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
  }
}

/** The API refuses with a `Status`, a proxy before it or an unknown path with text. */
function reasonIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

/** Outside a cluster the file is not there. */
function readOrNothing(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
