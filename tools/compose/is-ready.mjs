// The health check of a container: ends with 0 where the service on this port takes requests. node tools/compose/is-ready.mjs <port>
import { isReady } from '../start/service-process.mjs';

process.exitCode = (await isReady(`http://127.0.0.1:${process.argv[2]}`)) ? 0 : 1;
