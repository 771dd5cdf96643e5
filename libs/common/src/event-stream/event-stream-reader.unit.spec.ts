import { EventStreamReader } from './event-stream-reader.js';

const TEXT = ': hello\n\nevent: changed\nid: 7\ndata: {"a":\ndata:"ü€😀"}\n\ndata: x\r\nid: 8\r\n\r\nevent: lost\n\nid\ndata\n\n';

describe('EventStreamReader', () => {
  it('reads the same, however the bytes are cut', () => {
    const bytes = new TextEncoder().encode(TEXT);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new EventStreamReader(1_000);
      const events = [];
      for (let at = 0; at < bytes.length; at += size) events.push(...reader.take(bytes.subarray(at, at + size)));
      expect([size, events]).toEqual([
        size,
        [
          { event: 'changed', id: '7', data: '{"a":\n"ü€😀"}' },
          { event: 'message', id: '8', data: 'x' },
          { event: 'message', id: '', data: '' },
        ],
      ]);
    }
  });

  it.each(['\n', '\r\n', '\r'])('takes %j as the end of a line', (end) => {
    const reader = new EventStreamReader(1_000);
    const bytes = new TextEncoder().encode(`id: 7${end}event: a${end}data: 1${end}data: 2${end}${end}data:x${end}${end}:${end}`);
    expect(Array.from(bytes, (byte) => reader.take(Uint8Array.of(byte))).flat()).toEqual([
      { id: '7', event: 'a', data: '1\n2' },
      { id: '7', event: 'message', data: 'x' },
    ]);
  });

  it('knows the id that was seen before it', () => {
    expect(new EventStreamReader(1_000, '6').take(new TextEncoder().encode('data: x\n\n'))).toEqual([
      { event: 'message', id: '6', data: 'x' },
    ]);
  });

  it('refuses an event that is too long, also where it never ends', () => {
    const reader = new EventStreamReader(100);
    const line = new TextEncoder().encode(`data: ${'x'.repeat(60)}`);
    reader.take(line);
    expect(() => reader.take(line)).toThrow(RangeError);
  });

  it('reads a large event in time that grows with its size', () => {
    const reader = new EventStreamReader(64 * 1024 * 1024);
    const chunk = new TextEncoder().encode('x'.repeat(64 * 1024));
    const begun = process.cpuUsage();
    reader.take(new TextEncoder().encode('data: '));
    for (let sent = 0; sent < 300; sent++) reader.take(chunk);
    expect(reader.take(new TextEncoder().encode('\n\n'))[0]?.data).toHaveLength(300 * 64 * 1024);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});
