import { answer, type Calls } from './peer.js';
import { openBareLoop } from './bare-loop.js';
import { openBossSender, openBossWorker } from './pg-boss.js';
import { openIdle } from './idle.js';
import { openReceiver } from './receiver.js';
import { openSender } from './sender.js';

/** The parts of the bench that run in processes of their own. */
const ROLES: Readonly<Record<string, (options: never) => Promise<{ readonly calls: Calls; close(): Promise<void> }>>> = {
  sender: openSender,
  receiver: openReceiver,
  bare: openBareLoop,
  'boss-sender': openBossSender,
  'boss-worker': openBossWorker,
  idle: openIdle,
};

const [role = '', options = '{}'] = process.argv.slice(2);
const open = ROLES[role];
if (open === undefined) throw new Error(`There is no part "${role}".`);
answer(open(JSON.parse(options) as never));
