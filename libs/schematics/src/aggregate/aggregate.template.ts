/** What the files of an aggregate say. */
export interface AggregateParts {
  readonly className: string;
  /** Its durable name, which holds no hyphen. */
  readonly aggregateName: string;
  /** `order.created` and `order.already-created` begin with it. */
  readonly subject: string;
  /** `orderId` */
  readonly id: string;
  readonly eventsPath: string;
}

export function eventsFile({ className, subject, id }: AggregateParts): string {
  return `import { Event } from '@minos/common';

@Event('${subject}.created', { version: 1 })
export class ${className}Created {
  constructor(readonly ${id}: string) {}
}
`;
}

export function aggregateFile({ className, aggregateName, subject, eventsPath }: AggregateParts): string {
  return `import { Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { ${className}Created } from '${eventsPath}';

@Aggregate('${aggregateName}')
export class ${className} extends AggregateRoot {
  private exists = false;

  constructor(readonly id: string) {
    super();
  }

  create(): void {
    if (this.exists) {
      throw new Rejection('${subject}.already-created', \`${className} \${this.id} exists already.\`);
    }
    this.apply(new ${className}Created(this.id));
  }

  @On(${className}Created) protected created(): void {
    this.exists = true;
  }
}
`;
}

export function aggregateSpec({ className, subject, eventsPath }: AggregateParts, aggregatePath: string): string {
  return `import { testAggregate } from '@minos/event-sourcing/testing';
import { ${className} } from '${aggregatePath}';
import { ${className}Created } from '${eventsPath}';

describe('${className}', () => {
  it('is created', () => {
    testAggregate(${className}, { id: '1' })
      .when((aggregate) => aggregate.create())
      .then(new ${className}Created('1'));
  });

  it('is created once', () => {
    testAggregate(${className}, { id: '1' })
      .given(new ${className}Created('1'))
      .when((aggregate) => aggregate.create())
      .thenRejected('${subject}.already-created');
  });
});
`;
}
