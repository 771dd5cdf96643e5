import { Agent, request } from 'node:http';

/** Posts JSON over kept connections. */
export class HttpCaller {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Resolves once the answer is read; rejects where its status is not 201. */
  post(body: object): Promise<void> {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const asked = request(this.url, { method: 'POST', agent: this.agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => void parts.push(part));
        answer.once('end', () => {
          if (answer.statusCode === 201) return resolve();
          reject(new Error(`${this.url} answered ${answer.statusCode}: ${Buffer.concat(parts).toString()}`));
        });
      });
      asked.once('error', reject);
      asked.end(text);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
