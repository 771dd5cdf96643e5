/** What the spec of the names says. */
export interface NamesSpecParts {
  readonly className: string;
  readonly modulePath: string;
  readonly service: string;
  readonly namesFile: string;
}

/** The test that fails when a durable name is lost; it starts the whole application in memory. */
export function namesSpec({ className, modulePath, service, namesFile }: NamesSpecParts): string {
  return `import { MESSAGE_REGISTRY, type MessageRegistry } from '@minos/common';
import { expectNamesKept } from '@minos/common/testing';
import { createTestingApp } from '@minos/nest/testing';
import { ${className} } from '${modulePath}';

// New names are recorded by a run with MINOS_UPDATE_NAMES=1; commit ${namesFile}.
describe('the service ${service}', () => {
  it('keeps its durable names', async () => {
    const app = await createTestingApp(${className});
    try {
      const registry = app.get<MessageRegistry>(MESSAGE_REGISTRY);
      expectNamesKept(registry, '${namesFile}');
    } finally {
      await app.close();
    }
  });
});
`;
}
