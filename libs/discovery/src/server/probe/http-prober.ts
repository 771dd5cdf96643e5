import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { InstanceProber, ProbeOutcome, ProbeTarget } from '../../contracts/index.js';
import type { AddressPolicy } from '../address/address-policy.js';
import { formatAddress, parseAddress, type ParsedAddress } from '../address/parse-address.js';
import { INSTANCE_HEADER, PROBE_HEADER } from '../../routes/probe-headers.js';

export interface HttpProberOptions {
  /** What is asked: nothing else at the address ever is. */
  readonly path: string;
  /** How long one probe may take, connecting included, in milliseconds. */
  readonly timeoutMs: number;
}

/** What says something about this machine, not about the other. */
const OWN_TROUBLE: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EACCES',
  'EPERM',
  'EAI_AGAIN',
]);
const HEADER_BYTES = 8 * 1024;
const NOT_READY = 503;

/** Asks over HTTP, one connection for each probe. Connects to an address that it has checked itself: what the name stands for later changes nothing. */
export class HttpProber implements InstanceProber {
  constructor(
    private readonly policy: AddressPolicy,
    private readonly options: HttpProberOptions,
  ) {}

  async probe(target: ProbeTarget): Promise<ProbeOutcome> {
    const parsed = parseAddress(target.address);
    if (typeof parsed === 'string') return { kind: 'failed', reason: parsed };
    try {
      const [ip] = await this.policy.targets(parsed, hostOf(target.published));
      if (ip === undefined) return { kind: 'failed', reason: 'its host has no address in an allowed network' };
      return await this.ask(target, parsed, ip);
    } catch (error) {
      return outcomeOf(error);
    }
  }

  private ask({ instance }: ProbeTarget, parsed: ParsedAddress, ip: string): Promise<ProbeOutcome> {
    const { protocol, host, port } = parsed;
    const { path, timeoutMs } = this.options;
    const send = protocol === 'https:' ? requestHttps : requestHttp;
    const asked = send({
      host: ip,
      port,
      path,
      method: 'GET',
      agent: false,
      maxHeaderSize: HEADER_BYTES,
      ...(protocol === 'https:' && !parsed.isIp ? { servername: host } : {}),
      headers: { host: `${host}:${port}`, [PROBE_HEADER]: instance, connection: 'close', accept: 'application/json' },
    });
    return new Promise((resolve) => {
      let connected = false;
      const late = (): void => finish({ kind: connected ? 'unready' : 'failed', reason: `did not answer within ${timeoutMs} ms` });
      const end = deadline(timeoutMs, late);
      const finish = (outcome: ProbeOutcome): void => {
        end();
        asked.destroy();
        resolve(outcome);
      };
      this.guard(asked, ip, finish);
      asked.once('socket', (socket: Socket) => socket.once('connect', () => (connected = true)));
      asked.on('error', (error) => finish(outcomeOf(error)));
      asked.once('response', (answer) => finish(judge(answer, instance, published(parsed, ip))));
      asked.end();
    });
  }

  /** Looks at the connected address too, whatever was asked for. */
  private guard(asked: ClientRequest, ip: string, finish: (outcome: ProbeOutcome) => void): void {
    asked.once('socket', (socket: Socket) =>
      socket.once('connect', () => {
        if (!this.policy.permits(socket.remoteAddress ?? ''))
          finish({ kind: 'failed', reason: `${ip} led to an address in no allowed network` });
      }),
    );
  }
}

function judge(answer: IncomingMessage, instance: string, address: string): ProbeOutcome {
  const { statusCode = 0, headers } = answer;
  const other = headers[INSTANCE_HEADER];
  if (typeof other === 'string' && other !== instance) return { kind: 'failed', reason: 'another instance answers there' };
  if (statusCode >= 200 && statusCode < 300) return { kind: 'ok', published: address };
  return { kind: statusCode === NOT_READY ? 'unready' : 'failed', reason: `answered ${statusCode}` };
}

/** With TLS the name stays: the certificate is for it, and nobody else has one. */
function published(parsed: ParsedAddress, ip: string): string {
  return formatAddress(parsed.protocol === 'https:' ? parsed : { ...parsed, host: ip });
}

function hostOf(address: string | undefined): string | undefined {
  const parsed = address === undefined ? undefined : parseAddress(address);
  return typeof parsed === 'object' ? parsed.host : undefined;
}

function outcomeOf(error: unknown): ProbeOutcome {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const reason = code === '' ? message : code;
  if (code === 'ECONNREFUSED') return { kind: 'refused', reason };
  return { kind: OWN_TROUBLE.has(code) ? 'impossible' : 'failed', reason };
}

/** A process that stood still finds its timers due before it reads what came meanwhile: the answer gets one more turn. */
function deadline(milliseconds: number, late: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (immediate = setImmediate(() => (immediate = setImmediate(late)))), milliseconds);
  return () => {
    clearTimeout(timer);
    if (immediate !== undefined) clearImmediate(immediate);
  };
}
