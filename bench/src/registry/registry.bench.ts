import { Report } from '../report.js';
import { benchMatch } from './match.js';

/** How fast requests find their routes, and changes their way. */
export async function benchRegistry(options: { readonly quick: boolean }): Promise<void> {
  const report = new Report('registry');
  console.log(`Registry and routes, Node ${process.version}${options.quick ? ', quick' : ''}`);
  benchMatch(report, options.quick);
  await Promise.resolve();
  report.finish();
}
