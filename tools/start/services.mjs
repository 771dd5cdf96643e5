import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const host = process.env.HOST ?? '127.0.0.1';

const service = (name, portVariable, defaultPort, pages) => {
  const port = Number(process.env[portVariable] ?? defaultPort);
  // What listens on every address is reached on this machine by its name.
  const base = `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
  return { name, entry: join(ROOT, 'dist', 'apps', name, 'main.js'), base, pages };
};

const PAGES = { OpenAPI: '/docs/openapi', AsyncAPI: '/docs/asyncapi', health: '/health/ready', metrics: '/metrics' };

/** The services of the shop, in the order in which they start. */
export const SERVICES = [
  service('product', 'PRODUCT_PORT', 8083, PAGES),
  service('payment', 'PAYMENT_PORT', 8085, PAGES),
  service('order', 'ORDER_PORT', 8084, { ...PAGES, checkout: '/minos/sagas/checkout' }),
];
