import { describeFeedOrdering } from './feed-ordering.suite.js';

jest.setTimeout(400_000);

// The short form, beside other specs on a busy machine; the full counts and bounds are in feed-ordering.fault.spec.ts.
describeFeedOrdering({ seconds: 3, heldSeconds: 3, delayBoundMs: 1_000 });
