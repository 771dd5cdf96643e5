// Holds each pause of HELD_PAUSE milliseconds in a child process of a test until that gets SIGUSR2: node --require tools/testing/hold-pauses.cjs file.js
// Give a number that nothing else waits for; all other pauses are real.
const { once } = require('node:events');
const timers = require('node:timers/promises');

const held = Number(process.env.HELD_PAUSE);
const real = timers.setTimeout;
const letGo = once(process, 'SIGUSR2');
timers.setTimeout = (milliseconds, value, options) =>
  milliseconds === held ? letGo.then(() => value) : real(milliseconds, value, options);
