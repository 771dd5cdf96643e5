/** What the files of a saga say. */
export interface SagaParts {
  readonly className: string;
  readonly durableName: string;
  readonly ownerArgument: string;
  /** The service of the commands, where one is known. */
  readonly owner: string | undefined;
  /** Whether this service handles the commands. */
  readonly handledHere: boolean;
  readonly sagaPath: string;
  readonly commandsPath: string;
  readonly handlersPath: string;
}

const VERBS = ['Begin', 'Undo', 'Finish'] as const;

export function sagaCommandsFile({ className, durableName, ownerArgument }: SagaParts): string {
  const classes = VERBS.map(
    (verb) => `@Command('${durableName}.${verb.toLowerCase()}'${ownerArgument})
export class ${verb}${className} extends Command {
  constructor(readonly id: string) {
    super();
  }
}
`,
  );
  return `import { Command } from '@minos/common';

${classes.join('\n')}`;
}

export function sagaFile({ className, durableName, commandsPath, handledHere }: SagaParts): string {
  const act = handledHere ? 'local' : 'invoke';
  const timeout = handledHere ? '' : "\n    .timeout('30s', 'compensate')";
  return `import { saga, Saga, SagaDefinition } from '@minos/saga';
import { Begin${className}, Finish${className}, Undo${className} } from '${commandsPath}';

export interface ${className}State {
  readonly id: string;
}

/** Begun by \`Sagas.start(${className}, { id })\`, or with each event that \`startedBy\` names. */
@Saga('${durableName}', { version: 1 })
export class ${className} extends SagaDefinition<${className}State> {
  readonly plan = saga<${className}State>()
    .step('begin')
    .${act}(({ id }) => new Begin${className}(id))
    .compensate(({ id }) => new Undo${className}(id))${timeout}
    .step('finish')
    .${act}(({ id }) => new Finish${className}(id))
    .pivot()
    .build();
}
`;
}

export function sagaHandlersFile({ className, commandsPath }: SagaParts): string {
  const handlers = VERBS.map(
    (verb) => `@CommandHandler(${verb}${className})
export class ${verb}${className}Handler implements ICommandHandler<${verb}${className}> {
  execute(): Promise<void> {
    // Commits with the step of the saga. A Rejection is answered, everything else that is thrown is tried again.
    return Promise.resolve();
  }
}
`,
  );
  return `import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Begin${className}, Finish${className}, Undo${className} } from '${commandsPath}';

${handlers.join('\n')}`;
}

export function sagaSpec(parts: SagaParts): string {
  return parts.handledHere ? runSpec(parts) : planSpec(parts);
}

/** Runs it in an application in memory. */
function runSpec({ className, owner = 'test', sagaPath, handlersPath }: SagaParts): string {
  const handlers = [...VERBS].sort().map((verb) => `${verb}${className}Handler`);
  return `import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { Sagas, type SagaStore } from '@minos/saga';
import { SAGA_STORE } from '@minos/saga/module';
import { Module } from '@nestjs/common';
import { ${handlers.join(', ')} } from '${handlersPath}';
import { ${className} } from '${sagaPath}';

@Module({
  imports: [MinosModule.forRoot({ service: '${owner}' }), MinosModule.forFeature({ sagas: [${className}] })],
  providers: [${handlers.join(', ')}],
})
class TestModule {}

describe('${className}', () => {
  it('goes through its steps to the end', async () => {
    const app = await createTestingApp(TestModule);
    try {
      const id = await app.get<Sagas>(Sagas).start(${className}, { id: '1' });
      const store = app.get<SagaStore>(SAGA_STORE);
      const phase = async (): Promise<string | undefined> => (await store.summary(id))?.instance.phase;
      await until(async () => (await phase()) === 'completed', 'the saga to end', 20_000);
      const steps = (await store.journal(id, 0, 100)).flatMap(({ kind, step }) => (kind === 'replied' ? [step] : []));
      expect(steps).toEqual(['begin', 'finish']);
    } finally {
      await app.close();
    }
  });
});
`;
}

/** What it sends is another service's, so only its plan can be looked at. */
function planSpec({ className, durableName, sagaPath }: SagaParts): string {
  return `import { describe as describeSaga } from '@minos/saga';
import { ${className} } from '${sagaPath}';

describe('${className}', () => {
  it('takes back what comes before its pivot', () => {
    expect(describeSaga(${className}).steps).toMatchObject([
      { name: 'begin', command: { name: '${durableName}.begin' }, compensation: { command: { name: '${durableName}.undo' } } },
      { name: 'finish', command: { name: '${durableName}.finish' }, pivot: true },
    ]);
  });
});
`;
}
