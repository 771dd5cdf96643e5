import type { Unit } from '../contracts/unit-of-work.js';
import {
  consistencyMarks,
  consistencyToken,
  joinConsistencyTokens,
  parseConsistencyToken,
  requireConsistency,
} from './consistency-token.js';
import { noteStoredVersion, storedToken } from './stored-versions.js';

const MARK = { service: 'order', stream: 'order-1', version: 2 };
const OTHER = { service: 'stock', stream: 'stock-a', version: 7 };

describe('a consistency token', () => {
  it('tells of one stream, or of several', () => {
    expect(parseConsistencyToken(consistencyToken(MARK))).toEqual(MARK);
    expect(consistencyMarks(consistencyToken(MARK, OTHER))).toEqual([MARK, OTHER]);
  });

  it('is made of others, each once', () => {
    const [one, two] = [consistencyToken(MARK), consistencyToken(OTHER)];
    expect(joinConsistencyTokens([one, undefined, consistencyToken(MARK, OTHER), two, ''])).toBe(consistencyToken(MARK, OTHER));
    expect(joinConsistencyTokens([undefined])).toBeUndefined();
  });

  it('demands what each of its marks says', () => {
    const token = consistencyToken(OTHER, MARK);
    expect(() => requireConsistency(token, { ...MARK, version: 1 })).toThrow(expect.objectContaining({ code: 'NOT_YET_CONSISTENT' }));
    expect(() => requireConsistency(token, MARK)).not.toThrow();
    expect(() => requireConsistency(token, { ...MARK, stream: 'order-2', version: 0 })).not.toThrow();
  });

  it.each(['forged', '', `${consistencyToken(MARK)}.`, Array.from({ length: 101 }, () => consistencyToken(MARK)).join('.')])(
    'is refused where a part of it is none, or there are too many (%#)',
    (token) => {
      expect(() => consistencyMarks(token)).toThrow(expect.objectContaining({ code: 'CONSISTENCY_TOKEN_INVALID' }));
    },
  );
});

describe('the versions that a unit stores', () => {
  it('make a token, each stream with its last, those that are known later once they are', () => {
    const unit = { resources: new Map() } as unknown as Unit;
    expect(storedToken(unit, 'order')).toBeUndefined();
    const later: { version?: number } = {};
    noteStoredVersion(unit, 'order-1', 1);
    noteStoredVersion(unit, 'order-2', () => later.version);
    noteStoredVersion(unit, 'order-1', 2);
    expect(consistencyMarks(storedToken(unit, 'order') ?? '')).toEqual([MARK]);
    later.version = 5;
    expect(consistencyMarks(storedToken(unit, 'order') ?? '')).toEqual([MARK, { service: 'order', stream: 'order-2', version: 5 }]);
  });
});
