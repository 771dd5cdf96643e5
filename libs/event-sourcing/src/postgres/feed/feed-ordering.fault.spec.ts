import { describeFeedOrdering } from './feed-ordering.suite.js';

describeFeedOrdering({
  seconds: 20,
  heldSeconds: 60,
  delayBoundMs: 60,
  report: (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`),
});
