import { Client } from 'pg';
import type { Acknowledged } from './order-load.js';

/** What the stored events say, read with nothing but SQL. */
export interface Ledger {
  readonly streams: number;
  readonly events: number;
  /** Streams whose versions are not 1, 2, … n. */
  readonly broken: readonly string[];
  /** Acknowledged commands whose event is missing. */
  readonly lost: readonly Acknowledged[];
  /** Orders that were placed or cancelled more than once. */
  readonly doubled: readonly string[];
}

interface StreamRow {
  readonly stream: string;
  readonly versions: string[];
  readonly types: string[];
}

const EVENT_OF = { place: 'order.placed', cancel: 'order.cancelled' } as const;

/** Reads the whole ledger and compares it with what clients were told. Shares no code with the service. */
export async function readLedger(databaseUrl: string, acknowledged: readonly Acknowledged[]): Promise<Ledger> {
  const rows = await readStreams(databaseUrl);
  const byStream = new Map(rows.map((row) => [row.stream, row]));
  return {
    streams: rows.length,
    events: rows.reduce((sum, row) => sum + row.versions.length, 0),
    broken: rows.filter((row) => row.versions.some((version, index) => Number(version) !== index + 1)).map(({ stream }) => stream),
    lost: acknowledged.filter(({ orderId, command }) => !byStream.get(`order-${orderId}`)?.types.includes(EVENT_OF[command])),
    doubled: rows.filter((row) => new Set(row.types).size < row.types.length).map(({ stream }) => stream),
  };
}

async function readStreams(databaseUrl: string): Promise<StreamRow[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<StreamRow>(
      `select stream, array_agg(version::text order by version) as versions, array_agg(type order by version) as types
         from minos.events group by stream`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
