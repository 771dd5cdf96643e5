import { join } from 'node:path';
import { ROOT } from '../files.mjs';

const host = process.env.HOST ?? '127.0.0.1';

/** Where a service answers on this machine; what listens on every address is reached by its name. */
export const baseAt = (port) => `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;

const service = (name, defaultPort, pages = {}) => {
  const portVariable = `${name.toUpperCase()}_PORT`;
  return {
    name,
    entry: join(ROOT, 'dist', 'apps', name, 'main.js'),
    portVariable,
    base: baseAt(Number(process.env[portVariable] ?? defaultPort)),
    pages,
  };
};

const DOCUMENTS = { AsyncAPI: '/docs/asyncapi' };

/** The services of the shop, by the steps in which they start: those of one step at once. */
export const STEPS = [
  [service('discovery', 8081), service('auth', 8082)],
  [
    service('product', 8083, DOCUMENTS),
    service('payment', 8085, DOCUMENTS),
    service('order', 8084, { ...DOCUMENTS, checkout: '/minos/sagas/checkout' }),
  ],
  [service('gateway', 8080, { API: '/docs', health: '/health/ready', metrics: '/metrics' })],
];

export const SERVICES = STEPS.flat();

export const serviceNamed = (name) => SERVICES.find((one) => one.name === name);
