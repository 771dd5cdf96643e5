/** What the files of a query say. */
export interface QueryParts {
  readonly className: string;
  readonly durableName: string;
  readonly ownerArgument: string;
  /** The property that says what it asks about. */
  readonly id: string;
  /** How the handler's file and its spec import the query. */
  readonly queryPath: string;
}

/** Of a query about one aggregate. */
export interface AggregateQueryParts extends QueryParts {
  readonly aggregate: string;
  readonly aggregatePath: string;
}

export function queryFile({ className, durableName, ownerArgument, id }: QueryParts, ofAggregate: boolean): string {
  const version = ofAggregate ? '\n  /** How many events it has. */\n  readonly version: number;' : '';
  return `import { Query } from '@minos/common';

export interface ${className}Answer {
  readonly ${id}: string;${version}
}

@Query('${durableName}'${ownerArgument})
export class ${className} extends Query<${className}Answer> {
  constructor(readonly ${id}: string) {
    super();
  }
}
`;
}

export function aggregateHandlerFile({ className, id, queryPath, aggregate, aggregatePath }: AggregateQueryParts): string {
  return `import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { ${aggregate} } from '${aggregatePath}';
import { ${className}, type ${className}Answer } from '${queryPath}';

@QueryHandler(${className})
export class ${className}Handler implements IQueryHandler<${className}> {
  constructor(@InjectAggregateRepository(${aggregate}) private readonly repository: AggregateRepository<${aggregate}>) {}

  async execute({ ${id} }: ${className}): Promise<${className}Answer> {
    const { version } = streamOf(await this.repository.load(${id}));
    return { ${id}, version };
  }
}
`;
}

export function aggregateHandlerSpec({ className, aggregate, aggregatePath, queryPath }: AggregateQueryParts, handlerPath: string): string {
  return `import { createScenario } from '@minos/event-sourcing/testing';
import { ${aggregate} } from '${aggregatePath}';
import { ${className}Handler } from '${handlerPath}';
import { ${className} } from '${queryPath}';

describe('${className}', () => {
  it('is refused where there is no ${aggregate}', async () => {
    const scenario = createScenario();
    const handler = new ${className}Handler(scenario.repository(${aggregate}));
    await scenario.when(() => handler.execute(new ${className}('1'))).thenRejected('AGGREGATE_NOT_FOUND');
  });
});
`;
}

export function handlerFile({ className, id, queryPath }: QueryParts): string {
  return `import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { ${className}, type ${className}Answer } from '${queryPath}';

@QueryHandler(${className})
export class ${className}Handler implements IQueryHandler<${className}> {
  execute({ ${id} }: ${className}): Promise<${className}Answer> {
    return Promise.resolve({ ${id} });
  }
}
`;
}

export function handlerSpec({ className, id, queryPath }: QueryParts, handlerPath: string): string {
  return `import { createScenario } from '@minos/event-sourcing/testing';
import { ${className}Handler } from '${handlerPath}';
import { ${className} } from '${queryPath}';

describe('${className}', () => {
  it('is answered', async () => {
    const handler = new ${className}Handler();
    await createScenario()
      .when(() => handler.execute(new ${className}('1')))
      .thenReturned({ ${id}: '1' });
  });
});
`;
}
