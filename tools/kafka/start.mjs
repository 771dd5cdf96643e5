// @ts-check
// npm run kafka:start: one Apache Kafka broker on this machine, for development and for the tests that want a real one.
import { startDevelopmentBroker } from './development-broker.mjs';

/** @param {string} line */
const show = (line) => process.stdout.write(`${line}\n`);

/** @returns {number | undefined} */
function wantedPort() {
  const given = process.env.KAFKA_PORT;
  if (given === undefined || given === '') return undefined;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`KAFKA_PORT: found "${given}"; give a port number`);
  return port;
}

try {
  const { port, pid, started } = await startDevelopmentBroker({ port: wantedPort(), onProgress: show });
  show(`${started ? 'Started' : 'Already running'}: process ${pid}, data in .minos/kafka, end it with npm run kafka:stop`);
  show(`KAFKA_BROKERS=127.0.0.1:${port}`);
} catch (error) {
  show(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
