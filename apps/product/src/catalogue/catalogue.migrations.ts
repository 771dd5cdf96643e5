import type { MigrationSet } from '@minos/postgres';
import { CREATE_CATALOGUE } from './catalogue.sql.js';

/** The tables of this service's own; `package.json` names this file for `npx minos migrate`. */
export const MIGRATIONS: MigrationSet = {
  package: '@shop/product',
  migrations: [{ id: '001-catalogue', statements: [CREATE_CATALOGUE] }],
};
