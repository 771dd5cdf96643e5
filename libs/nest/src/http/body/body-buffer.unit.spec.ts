import { BodyBuffer } from './body-buffer.js';

describe('BodyBuffer', () => {
  it('gives back what was added, whatever the pieces', () => {
    const text = 'é'.repeat(7_000);
    const bytes = Buffer.from(text);
    for (const size of [1, 3, 4_096, bytes.length]) {
      const body = new BodyBuffer(bytes.length);
      for (let at = 0; at < bytes.length; at += size) body.add(bytes.subarray(at, at + size));
      expect(body.whole().toString()).toBe(text);
    }
  });

  it('keeps nothing of a body that is larger than the limit, and goes on counting', () => {
    const body = new BodyBuffer(10);
    body.add(Buffer.alloc(10));
    body.add(Buffer.alloc(1));
    body.add(Buffer.alloc(5));
    expect(body.size).toBe(16);
    expect(body.whole()).toHaveLength(0);
  });

  it('holds one byte pieces in little more memory than their bytes', () => {
    const kept = jest.spyOn(Buffer, 'alloc');
    const body = new BodyBuffer(1_000_000);
    const piece = Buffer.from('a');
    for (let count = 0; count < 100_000; count++) body.add(piece);
    expect(kept.mock.calls.length).toBeLessThan(12);
    kept.mockRestore();
  });

  it('is empty where nothing came', () => {
    expect(new BodyBuffer(10).whole()).toHaveLength(0);
  });
});
