export { MIGRATIONS } from './postgres.migrations.js';
