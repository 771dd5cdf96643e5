import { besiege } from './slow-loris-siege-kit.js';

const SOCKETS = 5_000;
/** The honest client keeps a connection or two. */
const HONEST = 5;
const MIB = 1024 * 1024;

describe('5,000 connections that send a head byte by byte', () => {
  it('are cut after the time for heads, keep nobody from being answered, and cost little', async () => {
    const { honest, cut, answered, memory, left } = await besiege({ sockets: SOCKETS, headMs: 10_000, withinMs: 60_000 });
    const requests = [...honest.statuses.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `slow-loris: ${cut} of ${SOCKETS} cut; ${requests} honest requests, p99 ${honest.p99.toFixed(0)} ms; ${(memory / MIB).toFixed(0)} MiB\n`,
    );
    expect([cut, answered]).toEqual([SOCKETS, SOCKETS]);
    expect([...honest.statuses.keys()]).toEqual([200]);
    expect(left).toBeLessThanOrEqual(HONEST);
    expect(memory).toBeLessThan(500 * MIB);
  });

  it('stay where nothing bounds that time: the control', async () => {
    const { honest, cut, left } = await besiege({ sockets: SOCKETS, headMs: 3_600_000, withinMs: 15_000 });
    expect(cut).toBe(0);
    expect(left).toBeGreaterThanOrEqual(SOCKETS);
    expect([...honest.statuses.keys()]).toEqual([200]);
  });
});
