// @ts-check
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @typedef {{ directory: string, port: number, controllerPort: number, settings?: Record<string, string> }} BrokerPlace */

/** One cluster, made anew in each folder: its id may be the same everywhere. */
export const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';

/**
 * One node that is broker and controller, on loopback.
 * @param {BrokerPlace} place
 * @returns {Record<string, string>}
 */
function serverSettings({ directory, port, controllerPort, settings }) {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(directory, 'data'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // A member that dies is noticed in tests within a second; a cluster's default is 6 s.
    'group.min.session.timeout.ms': '500',
    'auto.create.topics.enable': 'false',
    ...settings,
  };
}

/** @param {string} directory */
const logging = (directory) => `status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${join(directory, 'logs', 'kafka.log')}
appender.file.filePattern = ${join(directory, 'logs', 'kafka.%i.log')}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
appender.file.policy.type = SizeBasedTriggeringPolicy
appender.file.policy.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
`;

/**
 * Writes what the broker reads at its start.
 * @param {BrokerPlace} place
 * @returns {Promise<{ server: string, log4j: string }>} the files
 */
export async function writeSettings(place) {
  await mkdir(join(place.directory, 'logs'), { recursive: true });
  const server = join(place.directory, 'server.properties');
  const log4j = join(place.directory, 'log4j2.properties');
  const lines = Object.entries(serverSettings(place)).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(server, lines.join(''));
  await writeFile(log4j, logging(place.directory));
  return { server, log4j };
}
