import type { Migration } from '@minos/postgres';
import {
  CREATE_INSTANCE_LEASES,
  CREATE_INSTANCES,
  CREATE_INSTANCES_CHANGE,
  CREATE_INSTANCES_SERVICE,
  CREATE_LIFE,
  CREATE_ROUTES,
  CREATE_STATE,
  INSERT_LIFE,
  INSERT_STATE,
} from '../registry.sql.js';

/** Instances, their leases, and who owns which route. */
export const REGISTRY_MIGRATION: Migration = {
  id: '001-registry',
  statements: [
    CREATE_STATE,
    INSERT_STATE,
    CREATE_LIFE,
    INSERT_LIFE,
    CREATE_INSTANCES,
    CREATE_INSTANCES_CHANGE,
    CREATE_INSTANCES_SERVICE,
    CREATE_INSTANCE_LEASES,
    CREATE_ROUTES,
  ],
};
