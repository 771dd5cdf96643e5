import { importedFrom } from '../edit/imports.js';
import type { SourceText } from '../edit/source-text.js';
import type { Project } from './nest-project.js';

/** What is left to do by hand, as lines. */
export function nextSteps(module: SourceText, { service, namesFile }: Project): string[] {
  const cqrs =
    importedFrom(module, 'CqrsModule') === '@nestjs/cqrs'
      ? [
          `  - take CqrsModule out of the imports in ${module.path.slice(1)}, MinosModule brings it; import the buses and decorators from @minos/cqrs instead of @nestjs/cqrs: it exports every name of it`,
        ]
      : [];
  return [
    `The service "${service}" runs on an embedded PostgreSQL until DATABASE_URL names another. Next:`,
    ...cqrs,
    `  - nest g -c @minos/schematics aggregate <name>, then command <name>/<verb>-<name>, query, event, projection, saga`,
    `  - MINOS_UPDATE_NAMES=1 npm test, and commit ${namesFile}: names that it records cannot be lost`,
    '  - npm run start:dev, and open /health/ready',
  ];
}
