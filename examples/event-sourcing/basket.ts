// #region entity
import { Event, type JsonObject } from '@minos/common';
import { Aggregate, AggregateRoot, Entity, Member, On, type SnapshotHooks } from '@minos/event-sourcing';

@Event('basket.line-added')
export class LineAdded {
  constructor(readonly sku: string) {}
}

@Event('basket.line-counted')
export class LineCounted {
  constructor(
    readonly sku: string,
    readonly quantity: number,
  ) {}
}

export class Line extends Entity {
  quantity = 1;

  constructor(
    basket: Basket,
    readonly sku: string,
  ) {
    super(basket);
  }

  count(quantity: number): void {
    this.apply(new LineCounted(this.sku, quantity));
  }

  @On(LineCounted) protected counted({ quantity }: LineCounted): void {
    this.quantity = quantity;
  }
}

@Aggregate('basket', { snapshotEvery: 50 })
export class Basket extends AggregateRoot implements SnapshotHooks {
  @Member(Line, (line: Line, event: { sku: string }) => line.sku === event.sku)
  private readonly lines = new Map<string, Line>();

  add(sku: string): void {
    this.apply(new LineAdded(sku));
  }

  line(sku: string): Line | undefined {
    return this.lines.get(sku);
  }

  @On(LineAdded) protected added({ sku }: LineAdded): void {
    this.lines.set(sku, new Line(this, sku));
  }

  toSnapshot(): JsonObject {
    return { lines: [...this.lines.values()].map(({ sku, quantity }) => ({ sku, quantity })) };
  }

  fromSnapshot({ lines }: JsonObject): void {
    for (const { sku, quantity } of lines as { sku: string; quantity: number }[]) {
      this.lines.set(sku, Object.assign(new Line(this, sku), { quantity }));
    }
  }
}
// #endregion
