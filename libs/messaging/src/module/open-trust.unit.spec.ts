import { MessageRegistry, type MessageProofs } from '@minos/common';
import { AskedOwners } from '../trust/asked-owners.js';
import { KEYS, signerOf, verifierOf } from '../trust/trust-kit.js';
import { openTrust, type TrustParts } from './open-trust.js';

const proofs: MessageProofs = { signer: signerOf('product'), verifier: verifierOf('stock') };

const open = (more: Partial<TrustParts> = {}) =>
  openTrust({
    service: 'stock',
    options: {},
    registry: new MessageRegistry(),
    asked: new AskedOwners(),
    production: true,
    env: {},
    ...more,
  });

describe('what messages are believed by', () => {
  it('are configured keys, before whoever manages keys, before those of development', () => {
    expect(open({ options: { keys: KEYS }, proofs }).signing).toBe('keys');
    expect(() => open({ options: { keys: { product: KEYS.product } }, proofs })).toThrow(
      expect.objectContaining({ code: 'SIGNING_KEY_MISSING' }),
    );
    expect(open({ proofs }).signing).toBe('keys');
    expect(open({ proofs, production: false }).signing).toBe('keys');
    expect(open({ production: false }).signing).toBe('development');
    expect(() => open()).toThrow(expect.objectContaining({ code: 'SIGNING_KEYS_MISSING' }));
  });
});
