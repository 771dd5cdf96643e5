export { ProjectionDataSourceMissingError } from '../errors/projection-data-source.errors.js';
export { entityManagerOf } from './entity-manager-of.js';
export { ProjectionTypeOrmModule, type ProjectionTypeOrmOptions } from './projection-typeorm.module.js';
