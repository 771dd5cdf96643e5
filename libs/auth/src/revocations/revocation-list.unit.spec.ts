import { RevocationList } from './revocation-list.js';

describe('what was taken back', () => {
  let now = 1_000;
  const make = (size = 100): RevocationList => new RevocationList({ longestLife: 300, size, now: () => now });
  beforeEach(() => (now = 1_000));
  const token = (subject: string, issuedAt: number, session?: string) => ({ subject, session, issuedAt });

  it('is of a subject, or of one login', () => {
    const list = make();
    list.add({ subject: 'ann', notBefore: 900 });
    list.add({ subject: 'bob', session: 's-1', notBefore: 950 });
    expect([899, 900, 901].map((at) => list.isRevoked(token('ann', at)))).toEqual([true, true, false]);
    expect(['s-1', 's-2', undefined].map((session) => list.isRevoked(token('bob', 940, session)))).toEqual([true, false, false]);
  });

  it('counts by its latest moment, in whatever order it is told', () => {
    const list = make();
    for (const notBefore of [950, 900]) list.add({ subject: 'ann', notBefore });
    expect(list.isRevoked(token('ann', 940))).toBe(true);
  });

  it('is forgotten when no token can be good any more', () => {
    const list = make();
    list.add({ subject: 'ann', notBefore: 1_000 });
    now = 1_300;
    list.forget();
    expect(list.size).toBe(1);
    now = 1_301;
    list.forget();
    expect(list.size).toBe(0);
  });

  it('stays taken back where there are too many to be kept apart', () => {
    const list = make(10);
    for (let i = 0; i < 1_000; i++) list.add({ subject: `user-${i}`, notBefore: 800 + Math.floor(i / 5) });
    expect(list.size).toBe(10);
    for (let i = 0; i < 1_000; i++) expect(list.isRevoked(token(`user-${i}`, 800 + Math.floor(i / 5)))).toBe(true);
    expect(list.isRevoked(token('somebody', 1_000))).toBe(false);
  });

  it('becomes the whole subject where it has logins without number', () => {
    const list = make();
    for (let i = 0; i <= 101; i++) list.add({ subject: 'ann', session: `s-${i}`, notBefore: 900 });
    expect(list.isRevoked(token('ann', 900, 's-1'))).toBe(true);
    expect(list.isRevoked(token('ann', 901, 's-1'))).toBe(false);
  });
});
