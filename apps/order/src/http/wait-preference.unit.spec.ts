import { waitPreference } from './wait-preference.js';

it.each([
  ['wait=5', 5],
  ['respond-async, WAIT = 7', 7],
  ['wait="3"', 3],
  ['wait=2, wait=9', 2],
  ['wait=3600', 30],
  ['wait=0', undefined],
  ['wait=soon', undefined],
  ['wait=-1', undefined],
  ['handling=lenient; wait=5', undefined],
  [['respond-async', 'wait=4'], 4],
  [undefined, undefined],
])('reads Prefer: %j as %s seconds', (header, seconds) => {
  expect(waitPreference(header)).toBe(seconds);
});
