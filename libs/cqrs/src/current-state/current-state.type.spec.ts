import { Aggregate, AggregateRoot } from '@minos/event-sourcing';
import { conditions } from '../view/conditions.js';
import type { AggregateQueries } from './aggregate-queries.js';
import type { AggregateRow } from './aggregate-row.js';
import { Queryable } from './queryable.decorator.js';

@Queryable<Open>({ indexes: [['total', 'aggregateId']] })
@Aggregate('open')
class Open extends AggregateRoot {
  total = 0;
  readonly tags: readonly string[] = [];
  private hidden = '';
  hide(text: string): string {
    return (this.hidden += text);
  }
}

@Aggregate('shown')
class Shown extends AggregateRoot {
  private readonly count: number = 0;
  toJSON(): { readonly size: number } {
    return { size: this.count };
  }
  toSnapshot(): { readonly count: number } {
    return { count: this.count };
  }
  fromSnapshot(): void {}
}

@Aggregate('saved')
class Saved extends AggregateRoot {
  private count = 0;
  toSnapshot(): { readonly count: number } {
    return { count: this.count };
  }
  fromSnapshot({ count }: { readonly count: number }): void {
    this.count = count;
  }
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(equal: Equal<A, B>): boolean => equal;

describe('the row of an aggregate', () => {
  it('has what the aggregate shows of itself', () => {
    expect(same<keyof AggregateRow<Open>, 'total' | 'tags' | 'aggregateId' | 'aggregateVersion'>(true)).toBe(true);
    expect(same<keyof AggregateRow<Shown>, 'size' | 'aggregateId' | 'aggregateVersion'>(true)).toBe(true);
    expect(same<keyof AggregateRow<Saved>, 'count' | 'aggregateId' | 'aggregateVersion'>(true)).toBe(true);
  });

  it('is what conditions and indexes are checked against', () => {
    const where = conditions<AggregateRow<Open>>();
    expect(where.contains('tags', 'new')).toMatchObject({ op: 'contains' });
    // @ts-expect-error it is private
    where.eq('hidden', '');
    // @ts-expect-error it is a method
    where.eq('hide', '');
    // @ts-expect-error a total is a number
    where.lt('total', 'much');
    // @ts-expect-error there is no such field
    Queryable<Open>({ indexes: [['hidden']] });
    const other = conditions<AggregateRow<Shown>>();
    const find = (queries: AggregateQueries<Open>): unknown => queries.find(where.eq('total', 1), { orderBy: [where.desc('total')] });
    // @ts-expect-error a condition of other rows
    const wrong = (queries: AggregateQueries<Open>): unknown => queries.find(other.eq('size', 1));
    expect([find, wrong]).toHaveLength(2);
  });

  it('belongs to the aggregate that the decorator stands on', () => {
    // @ts-expect-error the decorator is for another class
    Queryable<Open>({ indexes: [['total']] })(Shown);
    expect(Saved).toBeDefined();
  });
});
