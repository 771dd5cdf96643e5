import { randomBytes } from 'node:crypto';
import { Report } from '../report.js';
import { BenchServer } from '../server.js';
import { kafkaChannels, type MessagingBench } from './context.js';
import { BenchDatabases } from './databases.js';
import { benchDelays } from './delays.js';
import { benchIdle } from './idle-cost.js';
import { findKafka } from './kafka.js';
import { benchThroughput } from './throughput.js';

export async function benchMessaging({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('messaging');
  const server = await BenchServer.start();
  try {
    console.log(`Messaging on ${server.version}, Node ${process.version}${quick ? ', quick' : ''}`);
    const databases = await BenchDatabases.create(server);
    const kafka = await findKafka((text) => report.note(text));
    if (kafka !== undefined) console.log(`Kafka: ${kafka.what}`);
    const bench: MessagingBench = { quick, report, server, databases, kafka, name: `bench-${randomBytes(4).toString('hex')}` };
    try {
      await benchIdle(bench);
      await benchDelays(bench);
      await benchThroughput(bench);
    } finally {
      await kafka?.remove(kafkaChannels(bench));
    }
  } finally {
    await server.stop();
  }
  report.finish();
}
