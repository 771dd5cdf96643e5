import { Client } from 'pg';

/** What the ledgers say. Everything but `sent` and `effects` should be 0. */
export interface Verdict {
  /** Messages whose units have committed. */
  readonly sent: number;
  /** Messages that had an effect. */
  readonly effects: number;
  /** Sent, and without effect. */
  readonly lost: number;
  /** With more than one effect. */
  readonly doubled: number;
  /** First effects that came behind that of a later message of their key and channel. */
  readonly inverted: number;
  /** Effects of what was never sent. */
  readonly phantom: number;
  /** Accepted, and not among what was sent. */
  readonly unstored: number;
  /** Longest time from commit to effect over the healthy keys, in milliseconds. */
  readonly slowestMs: number;
  /** Some of the keys of what is lost. */
  readonly lostKeys: readonly string[];
}

interface Line {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly at: number;
}

const LINES = `select id, channel || '/' || key as name, key, extract(epoch from at)::float8 * 1000 as at from public.ledger order by place`;

/**
 * Judges a system by the two ledgers, with statements of its own. It shares nothing with what it judges: the ledger of the sender says what was sent and in
 * which order for each key, that of the consumer what it did.
 */
export class FaultChecker {
  private readonly producer: Reader;
  private readonly consumer: Reader;

  constructor(producerUrl: string, consumerUrl: string) {
    this.producer = new Reader(producerUrl);
    this.consumer = new Reader(consumerUrl);
  }

  async close(): Promise<void> {
    await Promise.all([this.producer.close(), this.consumer.close()]);
  }

  async verdict(accepted: Iterable<string> = []): Promise<Verdict> {
    const sent = await this.producer.read<Line>(LINES);
    const done = await this.consumer.read<Line>(LINES);
    const places = new Map(sent.map((line, place) => [line.id, { ...line, place }]));
    const times = new Map<string, number>();
    for (const { id } of done) times.set(id, (times.get(id) ?? 0) + 1);
    const firsts = [...new Map([...done].reverse().map((line) => [line.id, line])).values()].reverse();
    const lost = sent.filter(({ id }) => !times.has(id));
    const delays = firsts.filter(({ key }) => !key.startsWith('poison-')).map(({ id, at }) => at - (places.get(id)?.at ?? at));
    return {
      sent: sent.length,
      effects: times.size,
      lost: lost.length,
      doubled: [...times.values()].filter((count) => count > 1).length,
      inverted: inversions(firsts, places),
      phantom: [...times.keys()].filter((id) => !places.has(id)).length,
      unstored: [...accepted].filter((id) => !places.has(id)).length,
      slowestMs: Math.round(delays.reduce((slowest, delay) => Math.max(slowest, delay), 0)),
      lostKeys: [...new Set(lost.map(({ key }) => key))].slice(0, 20),
    };
  }

  /** Lines of the two ledgers, and distinct messages of the second. */
  async counts(): Promise<{ readonly sent: number; readonly effects: number; readonly distinct: number }> {
    const [sent] = await this.producer.read<{ n: number }>('select count(*)::int as n from public.ledger');
    const [done] = await this.consumer.read<{ n: number; d: number }>(
      'select count(*)::int as n, count(distinct id)::int as d from public.ledger',
    );
    return { sent: sent?.n ?? 0, effects: done?.n ?? 0, distinct: done?.d ?? 0 };
  }

  /** Messages that wait in the outbox. */
  async waiting(): Promise<number> {
    const [outbox] = await this.producer.read<{ n: number }>('select count(*)::int as n from minos.outbox');
    return outbox?.n ?? 0;
  }

  /** Messages that the process has taken out of the outbox and not published yet, where it is one that does so. */
  async forgotten(pid: number): Promise<number> {
    const [held] = await this.producer.read<{ n: number }>('select count(*)::int as n from public.forgotten where pid = $1', [pid]);
    return held?.n ?? 0;
  }

  /** Parked messages by key. */
  async parked(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.consumer.read<{ key: string; n: number }>(
      'select key, count(*)::int as n from minos.parked_messages group by key',
    );
    return new Map(rows.map(({ key, n }) => [key, n]));
  }

  /** A statement in the database of the consumer. */
  atConsumer(statement: string, values: readonly unknown[] = []): Promise<unknown> {
    return this.consumer.read(statement, values);
  }
}

function inversions(firsts: readonly Line[], places: ReadonlyMap<string, { readonly place: number }>): number {
  const last = new Map<string, number>();
  let count = 0;
  for (const { id, name } of firsts) {
    const place = places.get(id)?.place ?? -1;
    if (place < (last.get(name) ?? -1)) count += 1;
    last.set(name, Math.max(place, last.get(name) ?? -1));
  }
  return count;
}

/** One connection, made when it is needed, and anew where it was lost. */
class Reader {
  private client: Promise<Client> | undefined;

  constructor(private readonly url: string) {}

  async read<R>(statement: string, values: readonly unknown[] = []): Promise<R[]> {
    const client = await (this.client ??= this.connect());
    return (await client.query(statement, [...values])).rows as R[];
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await (await client?.catch(() => undefined))?.end().catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => (this.client = undefined));
    client.on('end', () => (this.client = undefined));
    await client.connect();
    return client;
  }
}
