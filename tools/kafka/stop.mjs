// @ts-check
// npm run kafka:stop: ends the broker that npm run kafka:start left running. Its data stay.
import { stopDevelopmentBroker } from './development-broker.mjs';

const ended = await stopDevelopmentBroker();
process.stdout.write(ended === undefined ? 'No broker was running.\n' : `Ended the broker, process ${ended.pid}.\n`);
