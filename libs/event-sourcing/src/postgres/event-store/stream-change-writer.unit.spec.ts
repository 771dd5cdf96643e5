import type { SqlExecutor } from '@minos/postgres';
import { CLOSE_STREAM } from '../../contracts/event-store.js';
import type { CloseStream } from '../../contracts/event-store.js';
import { streamName } from '../../stream/stream-name.js';
import { StreamChangeWriter } from './stream-change-writer.js';

it('tells a refused closing of a conflict, also where somebody else has closed the stream since', async () => {
  const change: CloseStream = { kind: CLOSE_STREAM, stream: streamName('thing', '1'), expectedVersion: 3 };
  const closedSince = { query: async () => ({ rows: [{ version: 5n, closed: true }], rowCount: 1 }) } as unknown as SqlExecutor;
  const verdict = await new StreamChangeWriter().judge(change, { reason: 'stream', detail: null }, '', closedSince);
  expect(verdict).toMatchObject({ error: { code: 'CONCURRENCY_CONFLICT' } });
});
