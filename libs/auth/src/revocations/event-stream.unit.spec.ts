import { EventStreamReader } from './event-stream.js';

const read = (...pieces: readonly (string | Uint8Array)[]): unknown[] => {
  const reader = new EventStreamReader();
  return pieces.flatMap((piece) => [...reader.read(typeof piece === 'string' ? Buffer.from(piece) : piece)]);
};

describe('a stream of events', () => {
  const WHOLE = ': hello\n\nid: 7\nevent: revoked\ndata: {"a":\ndata: "é"}\n\ndata:x\n\n';
  const EVENTS = [
    { id: '7', event: 'revoked', data: '{"a":\n"é"}' },
    { id: '7', event: 'message', data: 'x' },
  ];

  it.each(['\n', '\r\n', '\r'])('is read with lines that end in %j', (end) => {
    expect(read(`${WHOLE.replaceAll('\n', end)}:\n`)).toEqual(EVENTS);
  });

  it('may come in pieces that end anywhere', () => {
    const bytes = Buffer.from(WHOLE.replaceAll('\n', '\r\n'));
    expect(read(...Array.from(bytes, (byte) => Uint8Array.of(byte)), '\n')).toEqual(EVENTS);
  });

  it('may be broken off: an event that has not ended is none', () => {
    expect(read('event: revoked\ndata: x\n')).toEqual([]);
  });

  it('has events without data and data without a name', () => {
    expect(read('event: caught-up\n\n\n\nid\n\n')).toEqual([{ id: undefined, event: 'caught-up', data: '' }]);
  });

  it('is bounded', () => {
    expect(() => read('a'.repeat(70_000))).toThrow(RangeError);
    expect(() => read(...Array.from({ length: 100 }, () => `data: ${'a'.repeat(1_000)}\n`))).toThrow(RangeError);
  });
});
