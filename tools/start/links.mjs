import { serviceNamed } from './services.mjs';

/** The addresses that a person needs, a line each. */
export function linksOf({ processes, postgres, admin }) {
  const url = new URL(postgres.url);
  const source = postgres.source === 'DATABASE_URL' ? 'from DATABASE_URL' : `${postgres.source} ${postgres.version ?? ''}`.trim();
  const pages = processes.flatMap(({ service }) =>
    Object.entries(service.pages).map(([label, path]) => row(`${service.name} ${label}`, `${service.base}${path}`)),
  );
  return [
    row('admin', admin ?? 'everybody: without logins every caller is "dev"'),
    ...pages,
    row('PostgreSQL', `${url.host} (${source})`),
    row('broker', brokerOf(process.env)),
    row('logs', '.minos/logs'),
    '',
    `npm run demo -- --orders 1000${process.env.GATEWAY_PORT ? ` --url ${serviceNamed('gateway').base}` : ''} drives it; Ctrl-C stops everything.`,
  ];
}

function brokerOf({ BROKER: broker, KAFKA_BROKERS: kafka, BROKER_URL: url }) {
  if (broker === 'kafka' || (!broker && kafka)) return `Apache Kafka at ${kafka} (from KAFKA_BROKERS)`;
  return url ? 'PostgreSQL (from BROKER_URL)' : 'PostgreSQL, in the database minos_broker';
}

const row = (label, value) => `  ${label.padEnd(18)} ${value}`;
