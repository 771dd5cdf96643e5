/** What the spec of the names says. */
export interface NamesSpecParts {
  readonly className: string;
  readonly modulePath: string;
  readonly service: string;
  readonly namesFile: string;
  readonly sagasFile: string;
}

/** The test that fails when a durable name or the plan of a saga is lost; it starts the whole application in memory. */
export function namesSpec({ className, modulePath, service, namesFile, sagasFile }: NamesSpecParts): string {
  return `import { MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { expectNamesKept } from '@minos/common/testing';
import { createTestingApp } from '@minos/nest/testing';
import { SagaOperations } from '@minos/saga';
import { expectSagasKept } from '@minos/saga/testing';
import { ${className} } from '${modulePath}';

// New names and plans are recorded by a run with MINOS_UPDATE_NAMES=1; commit ${namesFile} and, once there is a saga, ${sagasFile}.
describe('the service ${service}', () => {
  it('keeps its durable names, and the plans of its sagas', async () => {
    const app = await createTestingApp(${className});
    try {
      const registry = app.get<MessageRegistry>(MESSAGE_REGISTRY);
      expectNamesKept(registry, '${namesFile}');
      expectSagasKept(app.get<SagaOperations>(SagaOperations), '${sagasFile}');
    } finally {
      await app.close();
    }
  });
});
`;
}
