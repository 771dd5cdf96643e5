import { camelOf, kebabOf } from '../names/spelling.js';

/** An event that a projection reads. */
export interface ProjectedEvent {
  readonly className: string;
  readonly name: string;
  /** How the projection's file imports it. */
  readonly from: string;
}

/** What the files of a projection say. */
export interface ProjectionParts {
  readonly className: string;
  readonly durableName: string;
  /** Name of the view: words with "_" between them. */
  readonly viewName: string;
  readonly rowPath: string;
  readonly projectionPath: string;
  readonly events: readonly ProjectedEvent[];
  /** The kind of stream that the spec appends to. */
  readonly category: string;
}

export function rowFile({ className, viewName }: ProjectionParts): string {
  return `import { View } from '@minos/cqrs';

@View<${className}Row>('${viewName}')
export class ${className}Row {
  readonly id!: string;
  readonly lastEvent!: string;
  readonly version!: number;
}
`;
}

export function projectionFile({ className, durableName, rowPath, events }: ProjectionParts): string {
  return `import { Projection, type ProjectionContext, When } from '@minos/cqrs';
import { partsOfStream } from '@minos/event-sourcing';
${importsOf(events)}
import { ${className}Row } from '${rowPath}';

@Projection('${durableName}', { version: 1, views: [${className}Row] })
export class ${className} {
${events.map((event) => whenMethod(className, event)).join('\n\n')}
}

/** What every event says of its aggregate. */
function rowOf({ recorded }: ProjectionContext): ${className}Row {
  const { id } = partsOfStream(recorded.stream);
  return { id, lastEvent: recorded.type, version: recorded.version };
}
`;
}

function whenMethod(className: string, event: ProjectedEvent): string {
  return `  @When(${event.className})
  ${camelOf(kebabOf(event.className))}(_event: ${event.className}, context: ProjectionContext): void {
    context.view(${className}Row).upsert(rowOf(context));
  }`;
}

export function projectionSpec({ className, rowPath, projectionPath, events, category }: ProjectionParts): string {
  const stored = events.map(({ name }) => `          { type: '${name}', schemaVersion: 1, data: {} },`).join('\n');
  return `import { Views } from '@minos/cqrs';
import { streamName } from '@minos/event-sourcing';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { Module } from '@nestjs/common';
${importsOf(events)}
import { ${className} } from '${projectionPath}';
import { ${className}Row } from '${rowPath}';

@Module({
  imports: [
    MinosModule.forRoot({ service: 'test' }),
    MinosModule.forFeature({ messages: [${events.map((event) => event.className).join(', ')}] }),
  ],
  providers: [${className}],
})
class TestModule {}

describe('${className}', () => {
  it('has a row for every stream, as its last event left it', async () => {
    const app = await createTestingApp(TestModule);
    try {
      await app.events.append(
        streamName('${category}', '1'),
        [
${stored}
        ],
        { expectedVersion: 'no-stream' },
      );
      await app.settled();
      const rows = app.get(Views).of(${className}Row);
      expect(await rows.get('1')).toEqual({ id: '1', lastEvent: '${events.at(-1)?.name ?? ''}', version: ${events.length} });
    } finally {
      await app.close();
    }
  });
});
`;
}

/** One line for each file, classes in the order of the alphabet. */
function importsOf(events: readonly ProjectedEvent[]): string {
  const files = [...new Set(events.map(({ from }) => from))].sort();
  const classesOf = (file: string): string[] => events.filter(({ from }) => from === file).map(({ className }) => className);
  return files.map((file) => `import { ${classesOf(file).sort().join(', ')} } from '${file}';`).join('\n');
}
