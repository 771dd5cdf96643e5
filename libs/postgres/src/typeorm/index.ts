export { databaseOfDataSource } from './database-of-data-source.js';
export { entityManagerOf } from './entity-manager-of.js';
export { joinDataSource } from './join-data-source.js';
export { DataSourceUnusableError, IsolationInUnitError } from './typeorm.errors.js';
export { poolOfDataSource } from './unit-data-source.js';
