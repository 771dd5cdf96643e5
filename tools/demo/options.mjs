import { parseArgs } from 'node:util';
import { serviceNamed } from '../start/services.mjs';

const URL_DEFAULT = serviceNamed('gateway').base;

/** Below what the gateway lets one address have under way: it answers more with 429. */
const MOST_AT_ONCE = 200;

const USAGE = `npm run demo -- [--orders 1000] [--doomed 10%] [--concurrency 32] [--customers 16] [--url ${URL_DEFAULT}]

Shops: fills the catalogue as the admin, registers customers, who log in, open accounts and place orders, all through the gateway; sends some orders twice with the
same Idempotency-Key, cancels some, waits for the checkout of each to end, and checks that every order ended as it must, and that no piece of stock and no cent was
lost, sold or paid twice. Where nothing answers it starts the shop, and stops it in the end.
  --orders <count>       how many orders are placed
  --doomed <share>       so many of them must be rejected: one half wants more than there is, the other is to be paid from an account without money
  --concurrency <count>  so many requests at once, up to ${MOST_AT_ONCE}
  --customers <count>    who place them
  --url <address>        of the gateway; without it that of GATEWAY_PORT, else port 8080 of this machine

In the environment ADMIN_EMAIL and ADMIN_PASSWORD say who the admin is; without them .minos/admin.json, which npm start makes. It ends with code 0 where everything
was as it must, with 1 where something was not, and with 2 where it does not understand its options.`;

/** Reads the command line: what to do, `{ help }`, or `{ fault }` with what is wrong. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        orders: { type: 'string', default: '1000' },
        doomed: { type: 'string', default: '10%' },
        concurrency: { type: 'string', default: '32' },
        customers: { type: 'string', default: '16' },
        url: { type: 'string', default: URL_DEFAULT },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { help: USAGE };
    return {
      orders: positive('orders', values.orders),
      doomed: share('doomed', values.doomed),
      concurrency: atOnce('concurrency', values.concurrency),
      customers: positive('customers', values.customers),
      url: address(values.url),
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

function address(text) {
  if (!URL.canParse(text) || new URL(text).protocol !== 'http:')
    throw new Error(`--url is "${text}"; give an address such as http://127.0.0.1:8080`);
  return text.replace(/\/$/, '');
}

function atOnce(name, text) {
  const number = positive(name, text);
  if (number > MOST_AT_ONCE)
    throw new Error(`--${name} is "${text}"; give at most ${MOST_AT_ONCE}: the gateway lets one address have few more requests under way`);
  return number;
}

function positive(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is "${text}"; give a whole number from 1`);
  return number;
}
