import { basicCredential } from '@minos/auth';
import { askHttp } from '@minos/common/http';
import type { Registration, RegistrationAnswer } from '../../contracts/index.js';
import type { ResolvedRegistrarOptions } from './registrar.options.js';

/** What a registry said that was no success. */
export class RegistryRefusal extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(`${status} ${detail}`);
  }

  /** Asked again unchanged, it would say the same. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 404 && this.status !== 408 && this.status !== 429;
  }
}

interface Asked {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

const SHOWN = 500;
const LONGEST = 1024 * 1024;

/** What one instance asks of a registry. Sends to one replica at a time; one that does not answer is followed by the next. */
export class RegistryApi {
  private turn: number;

  constructor(private readonly options: Pick<ResolvedRegistrarOptions, 'urls' | 'credential' | 'instance' | 'epoch' | 'timeout'>) {
    this.turn = Math.floor(Math.random() * Math.max(1, options.urls.length));
  }

  async register(registration: Omit<Registration, 'epoch'>, signal: AbortSignal): Promise<RegistrationAnswer> {
    const body = { ...registration, epoch: this.options.epoch };
    const answer = await this.ask({ method: 'PUT', path: '', body }, signal);
    const { leaseMs, heartbeatMs, version } = JSON.parse(answer) as Partial<RegistrationAnswer>;
    const lease = typeof leaseMs === 'number' && leaseMs > 0 ? leaseMs : DEFAULT_LEASE_MS;
    return {
      leaseMs: lease,
      heartbeatMs: typeof heartbeatMs === 'number' && heartbeatMs > 0 ? heartbeatMs : lease / 4,
      version: version ?? 0,
    };
  }

  async heartbeat(signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'POST', path: '/heartbeat', body: { epoch: this.options.epoch } }, signal);
  }

  async deregister(signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'DELETE', path: `?epoch=${this.options.epoch}` }, signal);
  }

  /** Asks each replica once at the most, as long as they cannot be reached or have a fault of their own. */
  private async ask(asked: Asked, signal: AbortSignal): Promise<string> {
    const { urls } = this.options;
    for (let tried = 1; ; tried++) {
      try {
        return await this.askOne(urls[this.turn % urls.length] ?? '', asked, signal);
      } catch (error) {
        const elsewhere = !(error instanceof RegistryRefusal) || error.status >= 500;
        if (elsewhere) this.turn++;
        if (!elsewhere || tried >= urls.length || signal.aborted) throw error;
      }
    }
  }

  private async askOne(url: string, { method, path, body }: Asked, signal: AbortSignal): Promise<string> {
    const { credential, instance, timeout: timeoutMs } = this.options;
    const place = new URL(`/registry/instances/${credential.service}/${encodeURIComponent(instance)}${path}`, url);
    const headers = { authorization: basicCredential(credential), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const asked = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await askHttp(place, asked, { timeoutMs, size: LONGEST });
    const text = answer.body.toString();
    if (answer.status < 200 || answer.status >= 300) throw new RegistryRefusal(answer.status, detailOf(text));
    return text;
  }
}

const DEFAULT_LEASE_MS = 20_000;

function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return (typeof detail === 'string' ? detail : text).slice(0, SHOWN);
  } catch {
    return text.slice(0, SHOWN);
  }
}
