import { type Database, DATABASE, MIGRATION_MODE, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { FactoryProvider } from '@nestjs/common';
import { CATALOGUE, type Catalogue } from './catalogue.js';
import { MIGRATIONS } from './catalogue.migrations.js';
import { MemoryCatalogue } from './memory-catalogue.js';
import { PostgresCatalogue } from './postgres-catalogue.js';

/** Where the rest of the service keeps its data, the catalogue does too; its table is made or checked as those of the libraries are. */
export const CATALOGUE_PROVIDER: FactoryProvider<Catalogue> = {
  provide: CATALOGUE,
  useFactory: async (database?: Database, migrations: MigrationMode = 'off') => {
    if (database === undefined) return new MemoryCatalogue();
    await prepareSchema(database, migrations, [MIGRATIONS]);
    return new PostgresCatalogue(database);
  },
  inject: [DATABASE, { token: MIGRATION_MODE, optional: true }],
};
