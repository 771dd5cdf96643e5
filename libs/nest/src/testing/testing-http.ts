/** An answer, its body parsed where it is JSON. */
export interface TestingAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Plain HTTP to the application under test. */
export class TestingHttp {
  constructor(readonly url: string) {}

  get<T = unknown>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<TestingAnswer<T>> {
    return this.send<T>('GET', path, { headers });
  }

  /** Sends `body` as JSON. */
  post<T = unknown>(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<TestingAnswer<T>> {
    if (body === undefined) return this.send<T>('POST', path, { headers });
    return this.send<T>('POST', path, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  }

  /** Sends what it is given, also what is no JSON. */
  async send<T = unknown>(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: string | Uint8Array } = {},
  ): Promise<TestingAnswer<T>> {
    const init: RequestInit = { method, headers: { ...headers } };
    if (body !== undefined) init.body = body as BodyInit;
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    const json = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }
}
