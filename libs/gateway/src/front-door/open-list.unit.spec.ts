import { type Listed, OpenList } from './open-list.js';

interface Named extends Listed {
  readonly name: string;
}

const named = (name: string): Named => ({ name, at: -1 });

function opened(names: string): { readonly list: OpenList<Named>; readonly of: Readonly<Record<string, Named>> } {
  const list = new OpenList<Named>();
  const all = [...names].map(named);
  for (const one of all) list.add(one);
  return { list, of: Object.fromEntries(all.map((one) => [one.name, one])) };
}

const namesOf = (list: OpenList<Named>): string => [...list].map(({ name }) => name).join('');

describe('a list of what is open', () => {
  it.each([
    ['the first', 'a', 'cb'],
    ['one between', 'b', 'ac'],
    ['the last', 'c', 'ab'],
  ])('loses %s alone', (_, gone, left) => {
    const { list, of } = opened('abc');
    expect(list.delete(of[gone] as Named)).toBe(true);
    expect(namesOf(list)).toBe(left);
    expect(list.size).toBe(2);
  });

  it('says that what is gone was not there, and takes it again', () => {
    const { list, of } = opened('ab');
    const gone = of['a'] as Named;
    list.delete(gone);
    expect([list.delete(gone), list.delete(named('never there'))]).toEqual([false, false]);
    list.add(gone);
    expect(namesOf(list)).toBe('ba');
  });

  it('is gone through as it was, though all of it goes meanwhile', () => {
    const { list } = opened('abcd');
    const seen: string[] = [];
    for (const one of list) {
      seen.push(one.name);
      for (const other of list) list.delete(other);
    }
    expect(seen.join('')).toBe('abcd');
    expect(list.size).toBe(0);
  });
});
