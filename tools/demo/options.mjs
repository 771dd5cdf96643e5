import { parseArgs } from 'node:util';
import { serviceNamed } from '../start/services.mjs';

const USAGE = `npm run demo -- [--orders 1000] [--doomed 10%] [--concurrency 32]
                 [--customers 16] [--url http://127.0.0.1:8080]

Fills the catalogue as the admin, registers customers, who log in, open accounts and place orders, all through the gateway; repeats some of them with the same Idempotency-Key, cancels some, waits for the checkout of each to end, and
checks that every order ended as it must, and that no piece of stock and no cent was lost, sold or paid twice. The doomed orders must be rejected: one half wants more than
there is, the other is to be paid from an account without money.
Starts the shop itself where nothing answers.`;

/** Reads the command line; ends the process with the usage where it does not fit. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        orders: { type: 'string', default: '1000' },
        doomed: { type: 'string', default: '10%' },
        concurrency: { type: 'string', default: '32' },
        customers: { type: 'string', default: '16' },
        url: { type: 'string', default: serviceNamed('gateway').base },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { help: USAGE };
    return {
      orders: positive('orders', values.orders),
      doomed: share('doomed', values.doomed),
      concurrency: positive('concurrency', values.concurrency),
      customers: positive('customers', values.customers),
      url: values.url.replace(/\/$/, ''),
    };
  } catch (error) {
    return { fault: `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}` };
  }
}

/** Of all, from 0 to 1. */
function share(name, text) {
  const percent = /^(\d{1,3}(\.\d+)?)%$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) throw new Error(`--${name} is "${text}"; give a share from 0% to 100%`);
  return Number(percent) / 100;
}

function positive(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is "${text}"; give a whole number from 1`);
  return number;
}
