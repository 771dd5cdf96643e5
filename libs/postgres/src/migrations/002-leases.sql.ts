import { CREATE_CHECK_LEASES, CREATE_LEASES } from '../leases/leases.sql.js';

export const LEASES_MIGRATION = { id: '002-leases', statements: [CREATE_LEASES, CREATE_CHECK_LEASES] };
