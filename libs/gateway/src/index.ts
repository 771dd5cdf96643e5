export type { ServiceDirectory } from '@minos/discovery';
