export { DatabaseProbe } from './database.probe.js';
export { PostgresModule } from './postgres.module.js';
export { POSTGRES_OPTIONS } from './postgres.module-definition.js';
