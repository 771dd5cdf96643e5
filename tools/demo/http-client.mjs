import { Agent, request } from 'node:http';

/** JSON over connections that are kept, with one request each at a time. */
export class HttpClient {
  #agent;

  constructor(base, concurrency) {
    this.base = new URL(base);
    this.#agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  }

  get(path, headers = {}) {
    return this.#send('GET', path, undefined, headers);
  }

  post(path, body, headers = {}) {
    return this.#send('POST', path, body, headers);
  }

  close() {
    this.#agent.destroy();
  }

  #send(method, path, body, headers = {}) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const content = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const options = {
      agent: this.#agent,
      method,
      path,
      host: this.base.hostname,
      port: this.base.port,
      headers: { ...headers, ...content },
    };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: parse(Buffer.concat(chunks).toString()) }),
        );
      });
      sent.setTimeout(30_000, () => sent.destroy(new Error(`${method} ${path} took longer than 30 s`)));
      sent.once('error', reject);
      sent.end(text);
    });
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
