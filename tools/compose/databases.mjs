import { SERVICES } from '../start/services.mjs';

export const BROKER = 'minos_broker';

/** Who publishes and consumes: the services of the shop, but not what they stand on. */
export const BROKER_USERS = ['product', 'payment', 'order'];

/** The databases, each with a role of the same name that owns it and nothing else. The gateway keeps nothing. */
export const DATABASES = [...SERVICES.map(({ name }) => name).filter((name) => name !== 'gateway'), BROKER];
