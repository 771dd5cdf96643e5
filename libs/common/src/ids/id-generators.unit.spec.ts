import { FixedIds } from '../testing/fixed-ids.js';
import { idGeneratorContract } from '../testing/id-generator.contract.js';
import { UuidV7Generator } from './uuid-v7.js';

idGeneratorContract('UuidV7Generator', () => new UuidV7Generator());
idGeneratorContract('FixedIds', () => new FixedIds());

describe('FixedIds', () => {
  it('gives the given ids first, then ones that can be foretold', () => {
    const ids = new FixedIds('a', 'b');
    expect([ids.next(), ids.next(), ids.next()]).toEqual(['a', 'b', '00000000-0000-7000-8000-000000000001']);
  });
});
