import { closeFrame, GOING_AWAY, maskedCloseFrame } from './close-frame.js';
import { FrameTracker } from './frame-tracker.js';

function frame(opcode: number, length: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, mask | length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([
            Buffer.from([0x80 | opcode, mask | 127, 0, 0, 0, 0]),
            Buffer.from([(length >> 24) & 0xff, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]),
          ]);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), Buffer.alloc(length)]);
}

describe('the ends of frames', () => {
  const frames = [0, 1, 125, 126, 300, 65_535, 65_536, 70_000].flatMap((length) => [frame(2, length, false), frame(1, length, true)]);

  it.each([1, 2, 3, 7, 1_000, 1_000_000])('are found however the bytes are cut: by %d', (size) => {
    const tracker = new FrameTracker();
    const ends = new Set<number>();
    let end = 0;
    for (const { length } of frames) ends.add((end += length));
    const bytes = Buffer.concat(frames);
    const wrong: number[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size);
      tracker.follow(chunk);
      if (tracker.between !== ends.has(at + chunk.length)) wrong.push(at);
    }
    expect(wrong).toEqual([]);
    expect(tracker.closing).toBe(false);
  });

  it('are over with a close frame', () => {
    for (const close of [closeFrame(GOING_AWAY), maskedCloseFrame(GOING_AWAY)]) {
      const tracker = new FrameTracker();
      tracker.follow(close);
      expect([tracker.between, tracker.closing]).toEqual([true, true]);
    }
  });
});
