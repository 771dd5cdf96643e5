import type { Report } from '../report.js';
import type { BenchServer } from '../server.js';
import type { Emmett } from './emmett.js';
import type { Minos } from './minos.js';
import type { Pgbench } from './pgbench.js';

/** What every part of the bench works with. */
export interface EventStoreBench {
  readonly quick: boolean;
  readonly report: Report;
  readonly server: BenchServer;
  readonly minos: Minos;
  readonly emmett: Emmett;
  /** `undefined` where the program is not installed; what is compared with it is then left out. */
  readonly pgbench: Pgbench | undefined;
}
