import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ResolvedKubernetesOptions } from './kubernetes-directory.options.js';

const LONGEST_ANSWER = 64 * 1024 * 1024;
const LONGEST_REFUSAL = 64 * 1024;
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
    let text = '';
    for await (const part of await this.ask(path, signal)) {
      text += String(part);
      if (text.length > LONGEST_ANSWER) throw new Error('the API answered more than 64 MiB');
    }
    return JSON.parse(text);
  }

  /** The lines of an answer that goes on, each parsed. Resolves once the API has accepted; rejects with {@link KubernetesRefusal}. */
  async lines(path: string, signal: AbortSignal): Promise<AsyncGenerator<unknown>> {
    return parsedLines(await this.ask(path, signal));
  }

  private async ask(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, tokenFile, caFile, silence } = this.options;
    const secure = url.startsWith('https:');
    const [token, ca] = await Promise.all([readOrNothing(tokenFile), secure ? readOrNothing(caFile) : undefined]);
    const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token.trim()}` }) };
    const send = secure ? requestHttps : requestHttp;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = send(new URL(path, url), { headers, signal, ...(ca === undefined ? {} : { ca }) }, resolve);
      asked.setTimeout(silence, () => asked.destroy(new Error(`nothing came for ${silence} ms`)));
      asked.once('error', reject);
      asked.end();
    });
    answer.setEncoding('utf8');
    if (answer.statusCode === 200) return answer;
    let text = '';
    for await (const part of answer) if (text.length < LONGEST_REFUSAL) text += String(part);
    throw new KubernetesRefusal(answer.statusCode ?? 0, reasonIn(text));
  }
}

async function* parsedLines(parts: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + String(part)).split('\n');
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
