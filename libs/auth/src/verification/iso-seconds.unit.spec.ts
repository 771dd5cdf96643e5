import { IsoSeconds } from './iso-seconds.js';

it('seconds are written as Date writes them', () => {
  const iso = new IsoSeconds();
  const moments = [
    0, 1, 59, 60, 3_599, 3_600, 86_399, 86_400, 951_782_399, 951_782_400, 1_767_225_599, 1_767_225_600, 253_402_300_799, 253_402_300_800,
    8_640_000_000_000,
  ];
  for (const seconds of [...moments, ...moments]) expect(iso.write(seconds)).toBe(new Date(seconds * 1000).toISOString());
});
