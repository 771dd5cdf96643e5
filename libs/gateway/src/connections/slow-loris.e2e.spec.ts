import { besiege } from './slow-loris-siege-kit.js';

const SOCKETS = 1_000;
/** The honest client keeps a connection or two. */
const HONEST = 5;
const MIB = 1024 * 1024;

describe('1,000 connections that send a head byte by byte', () => {
  it('are cut after the time for heads, keep nobody from being answered, and cost little', async () => {
    const { honest, cut, answered, memory, left } = await besiege({ sockets: SOCKETS, headMs: 1_500, withinMs: 60_000 });
    expect([cut, answered]).toEqual([SOCKETS, SOCKETS]);
    expect([...honest.statuses.keys()]).toEqual([200]);
    expect(left).toBeLessThanOrEqual(HONEST);
    expect(memory).toBeLessThan(200 * MIB);
  });

  it('stay where nothing bounds that time: the control', async () => {
    const { honest, cut, left } = await besiege({ sockets: SOCKETS, headMs: 3_600_000, withinMs: 4_000 });
    expect(cut).toBe(0);
    expect(left).toBeGreaterThanOrEqual(SOCKETS);
    expect([...honest.statuses.keys()]).toEqual([200]);
  });
});
