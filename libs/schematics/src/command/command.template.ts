import { camelOf } from '../names/spelling.js';

/** What the files of a command say. */
export interface CommandParts {
  readonly className: string;
  readonly durableName: string;
  readonly ownerArgument: string;
  /** The property that says what it concerns. */
  readonly id: string;
  /** How the handler's file and its spec import the command. */
  readonly commandPath: string;
}

/** Of a command on an aggregate. */
export interface AggregateCommandParts extends CommandParts {
  readonly aggregate: string;
  readonly aggregatePath: string;
  /** The method of the aggregate that decides. */
  readonly decision: string;
  /** Whether it makes a new aggregate. */
  readonly creates: boolean;
}

export function commandFile({ className, durableName, ownerArgument, id }: CommandParts, answer?: string): string {
  const result = answer === undefined ? '' : `<${answer}>`;
  return `import { Command } from '@minos/common';

@Command('${durableName}'${ownerArgument})
export class ${className} extends Command${result} {
  constructor(readonly ${id}: string) {
    super();
  }
}
`;
}

export function aggregateHandlerFile({ className, id, commandPath, aggregate, ...parts }: AggregateCommandParts): string {
  const variable = camelOf(aggregate);
  return `import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import type { AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { ${aggregate} } from '${parts.aggregatePath}';
import { ${className} } from '${commandPath}';

@CommandHandler(${className})
export class ${className}Handler implements ICommandHandler<${className}> {
  constructor(@InjectAggregateRepository(${aggregate}) private readonly repository: AggregateRepository<${aggregate}>) {}

  async execute({ ${id} }: ${className}): Promise<void> {
    await this.repository.${parts.creates ? 'create' : 'update'}(${id}, (${variable}) => ${variable}.${parts.decision}());
  }
}
`;
}

export function aggregateHandlerSpec({ className, aggregate, ...parts }: AggregateCommandParts, handlerPath: string): string {
  const [sentence, expectation] = parts.creates
    ? ['is answered', 'thenReturned(undefined)']
    : [`is refused where there is no ${aggregate}`, "thenRejected('AGGREGATE_NOT_FOUND')"];
  return `import { createScenario } from '@minos/event-sourcing/testing';
import { ${aggregate} } from '${parts.aggregatePath}';
import { ${className} } from '${parts.commandPath}';
import { ${className}Handler } from '${handlerPath}';

describe('${className}', () => {
  it('${sentence}', async () => {
    const scenario = createScenario();
    const handler = new ${className}Handler(scenario.repository(${aggregate}));
    await scenario.when(() => handler.execute(new ${className}('1'))).${expectation};
  });
});
`;
}

export function handlerFile({ className, id, commandPath }: CommandParts): string {
  return `import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { ${className} } from '${commandPath}';

@CommandHandler(${className})
export class ${className}Handler implements ICommandHandler<${className}> {
  execute({ ${id} }: ${className}): Promise<{ ${id}: string }> {
    // Runs in a unit of work: what is stored and sent here commits together.
    return Promise.resolve({ ${id} });
  }
}
`;
}

export function handlerSpec({ className, id, commandPath }: CommandParts, handlerPath: string): string {
  return `import { createScenario } from '@minos/event-sourcing/testing';
import { ${className} } from '${commandPath}';
import { ${className}Handler } from '${handlerPath}';

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
