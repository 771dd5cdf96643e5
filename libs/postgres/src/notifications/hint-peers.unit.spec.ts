import { VirtualClock } from '@minos/common/testing';
import { HintPeers } from './hint-peers.js';

describe('HintPeers', () => {
  it('is alone once it has heard nobody for two seconds behind its own greeting, and not before', async () => {
    const clock = new VirtualClock();
    const peers = new HintPeers(clock);
    await clock.advance(60_000);
    expect(peers.alone).toBe(false);
    peers.greeted();
    await clock.advance(1_999);
    expect(peers.alone).toBe(false);
    await clock.advance(1);
    expect(peers.alone).toBe(true);
  });

  it('is not alone any more once it has met somebody, and does not know behind a new connection', async () => {
    const clock = new VirtualClock();
    const peers = new HintPeers(clock);
    peers.greeted();
    await clock.advance(2_000);
    peers.met();
    expect(peers.alone).toBe(false);
    peers.reset();
    await clock.advance(60_000);
    expect(peers.alone).toBe(false);
  });
});
