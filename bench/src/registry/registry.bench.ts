import { Report } from '../report.js';
import { benchChanges } from './changes.js';

/** Many instances and routes: how soon a change reaches every gateway. */
export async function benchRegistry({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('registry');
  console.log(`Registry, Node ${process.version}${quick ? ', quick' : ''}`);
  await benchChanges(report, quick);
  report.finish();
}
