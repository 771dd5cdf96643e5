import { Report } from '../report.js';
import { benchChanges } from './changes.js';
import { benchMatch } from './match.js';

/** Many instances and routes: how fast requests find their way, and how soon a change reaches every gateway. */
export async function benchRegistry({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('registry');
  console.log(`Registry and routes, Node ${process.version}${quick ? ', quick' : ''}`);
  benchMatch(report, quick);
  await benchChanges(report, quick);
  report.finish();
}
