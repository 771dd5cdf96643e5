import { Report } from '../report.js';
import { BenchServer } from '../server.js';
import { BY_POSITION, EPOCH, LOCK_FENCE, LOCK_FENCE_LAST_VALUE, LOCK_FENCE_TABLE, SEQUENCER, type Candidate } from './candidates.js';
import { contest, type Verdict } from './contest.js';
import { EMPTY, SCHEMA, connect } from './schema.js';

interface Bench {
  readonly report: Report;
  readonly url: string;
  readonly seconds: number;
}

/** Ways of reading the events in one order while many transactions write: what they lose and invert, how late and how dear they are. */
export async function benchFeedOrdering({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('feed-ordering');
  const server = await BenchServer.start();
  try {
    console.log(`Ordering of events on ${server.version}, Node ${process.version}${quick ? ', quick' : ''}`);
    const [url, elsewhere] = [await server.createDatabase('ordering'), await server.createDatabase('elsewhere')];
    await execute(url, SCHEMA);
    await execute(elsewhere, 'create table held (n int)');
    const bench: Bench = { report, url, seconds: quick ? 3 : 15 };
    await underUnfriendlyWriters(bench, elsewhere);
    await watermarkAlone(bench);
    await prices(bench);
  } finally {
    await server.stop();
  }
  report.finish();
}

/** One writing transaction stays open in another database of the cluster, and one in this one that appends nothing. */
async function underUnfriendlyWriters({ report, url, seconds }: Bench, elsewhere: string): Promise<void> {
  const open = [await hold(elsewhere, 'insert into held values (1)'), await hold(url, 'insert into held values (1)')];
  const candidates = [LOCK_FENCE, LOCK_FENCE_LAST_VALUE, LOCK_FENCE_TABLE, EPOCH, BY_POSITION];
  for (const [drawEarly, drawn] of [
    [false, 'by the insert'],
    [true, 'before the insert'],
  ] as const) {
    report.section(`24 unfriendly writers, two transactions held open, numbers drawn ${drawn}`);
    await execute(url, EMPTY);
    const { perSecond, verdicts } = await contest({ url, table: 'events', candidates, seconds, adversarial: true, drawEarly });
    report.rate('committed', perSecond, 'events/s');
    verdicts.forEach((verdict) => tell(report, verdict, drawEarly ? 'Early' : ''));
  }
  report.section('The same for the sequencer');
  const { verdicts } = await contest({ url, table: 'sequenced_events', candidates: [SEQUENCER], seconds, adversarial: true });
  verdicts.forEach((verdict) => tell(report, verdict, ''));
  for (const end of open) await end();
}

/** Without the held transactions, to see what the watermark can do. */
async function watermarkAlone({ report, url, seconds }: Bench): Promise<void> {
  report.section('Epoch watermark, no transaction held open');
  await execute(url, EMPTY);
  const { verdicts } = await contest({ url, table: 'events', candidates: [EPOCH], seconds: Math.min(seconds, 5), adversarial: true });
  verdicts.forEach((verdict) => tell(report, verdict, 'Alone'));
}

/** What one reader takes from 24 writers without pauses. */
async function prices({ report, url, seconds }: Bench): Promise<void> {
  report.section('Appends beside one reader, 24 writers without pauses');
  const sides: readonly (Candidate | undefined)[] = [
    undefined,
    LOCK_FENCE,
    LOCK_FENCE_LAST_VALUE,
    LOCK_FENCE_TABLE,
    SEQUENCER,
    EPOCH,
    BY_POSITION,
    undefined,
  ];
  for (const side of sides) {
    await execute(url, EMPTY);
    const table = side?.table ?? 'events';
    const candidates = side === undefined ? [] : [side];
    const { perSecond } = await contest({ url, table, candidates, seconds: Math.min(seconds, 6), adversarial: false });
    report.rate(side?.name ?? 'no reader', perSecond, 'appends/s');
  }
}

function tell(report: Report, { name, lost, inverted, delivered, p50, p99, look }: Verdict, suffix: string): void {
  const milliseconds = [p50, p99, look].map((value) => (Number.isFinite(value) ? value.toFixed(1) : '–'));
  console.log(
    `  ${name.padEnd(26)} ${lost} not delivered, ${inverted} inverted, ${delivered} delivered; ` +
      `p50 ${milliseconds[0]} ms, p99 ${milliseconds[1]} ms; one look ${milliseconds[2]} ms`,
  );
  const key = name.replace(/ > /, ' after ').replace(/[ _](\w)/g, (_, letter: string) => letter.toUpperCase()) + suffix;
  const target = name === BY_POSITION.name ? undefined : { bound: 'at most' as const, value: 0 };
  report.figure({
    name: `${key}Lost`,
    what: `${name}, events not delivered`,
    value: lost,
    unit: '',
    ...(target === undefined ? {} : { target }),
  });
}

async function hold(url: string, statement: string): Promise<() => Promise<void>> {
  const client = await connect(url);
  await client.query('begin');
  await client.query(statement);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

async function execute(url: string, statements: string): Promise<void> {
  const client = await connect(url);
  await client.query(statements);
  await client.end();
}
