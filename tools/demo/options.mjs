import { parseArgs } from 'node:util';
import { SERVICES } from '../start/services.mjs';

const USAGE = `npm run demo -- [--orders 1000] [--concurrency 32] [--url http://127.0.0.1:8084] [--product-url http://127.0.0.1:8083]

Fills the catalogue, places orders over HTTP, repeats some of them with the same Idempotency-Key, cancels some, waits for each to be confirmed, rejected or
cancelled, and checks that no piece of stock was lost or sold twice.
Starts PostgreSQL and the services itself where none answers.`;

const baseOf = (service) => SERVICES.find(({ name }) => name === service).base;

/** Reads the command line; ends the process with the usage where it does not fit. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        orders: { type: 'string', default: '1000' },
        concurrency: { type: 'string', default: '32' },
        url: { type: 'string', default: baseOf('order') },
        'product-url': { type: 'string', default: baseOf('product') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { help: USAGE };
    return {
      orders: positive('orders', values.orders),
      concurrency: positive('concurrency', values.concurrency),
      url: values.url.replace(/\/$/, ''),
      productUrl: values['product-url'].replace(/\/$/, ''),
    };
  } catch (error) {
    return { fault: `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}` };
  }
}

function positive(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is "${text}"; give a whole number from 1`);
  return number;
}
