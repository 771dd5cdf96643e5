import { parseArgs } from 'node:util';
import { SERVICES } from './services.mjs';

const MOST = 8;

export const USAGE = `npm start -- [--scale order=2]... [--no-auth] [--watch]

Runs the shop: discovery, auth, product, payment, order and the gateway in front of them, each in a process of its own, on an embedded PostgreSQL (or DATABASE_URL).
  --scale <service>=<count>  so many processes of a service, ${MOST} at the most; the gateway finds them by discovery
  --no-auth                  without logins: every caller is "dev" and may do everything
  --watch                    builds what is saved, and restarts what it belongs to

In the environment GATEWAY_PORT and the like choose ports (${SERVICES.map(({ name, base }) => `${name} ${new URL(base).port}`).join(', ')}), ADMIN_EMAIL and ADMIN_PASSWORD
the admin that the first start makes; DATABASE_URL and KAFKA_BROKERS name servers to use, and MINOS_SERVICES=mine:<SHA-256 of its secret> lets a service of your own in.`;

/** Reads the command line: `{ watch, auth, counts }`, `{ help }`, or `{ fault }` with what is wrong. */
export function readStartOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        scale: { type: 'string', multiple: true, default: [] },
        'no-auth': { type: 'boolean', default: false },
        watch: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { help: USAGE };
    return { watch: values.watch, auth: !values['no-auth'], counts: new Map(values.scale.map(scaleOf)) };
  } catch (error) {
    return { fault: `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}` };
  }
}

function scaleOf(text) {
  const [, name, count] = /^([a-z]+)=(\d+)$/.exec(text) ?? [];
  const names = SERVICES.map((one) => one.name).filter((one) => one !== 'gateway');
  if (name === undefined || !names.includes(name))
    throw new Error(`--scale is "${text}"; give a service and a count, such as order=2. The services: ${names.join(', ')}`);
  if (Number(count) < 1 || Number(count) > MOST) throw new Error(`--scale is "${text}"; give a count from 1 to ${MOST}`);
  return [name, Number(count)];
}
