import { type Duration, durationOf } from '@minos/common';
import type { RetryPlan } from './plan.js';
import type { Retry } from './saga-builder.types.js';

const DEFAULT_EVERY = 1_000;
const DEFAULT_TIMES = 5;
const LONGEST_FACTOR = 10;

/** What is wrong with how a plan was written. It is told at boot, with everything else that is wrong, instead of being thrown out of a constructor. */
export class PlanNotes {
  readonly faults: string[] = [];
  private step: string | undefined;
  private said = new Set<string>();

  /** What follows is said of this step; of `undefined`, of none. */
  begin(step: string | undefined): void {
    this.end();
    this.step = step;
    this.said = new Set();
  }

  /** Nothing more is said of the step. */
  end(): void {
    if (this.step !== undefined && !this.said.has(ACTION))
      this.add('it does nothing. Write .invoke((state) => new TheCommand(…)), .local(…) or .saga(…) behind it.');
    this.step = undefined;
  }

  /** Whether `verb` may be said here. A rejection has its code in the verb. */
  say(verb: string): boolean {
    if (this.step === undefined) {
      this.faults.push(`.${verb} stands behind no step. Write it behind the .step('…').invoke(…) that it is about.`);
      return false;
    }
    const what = ACTIONS.has(verb) ? ACTION : verb;
    if (this.said.has(what))
      this.add(`.${verb} is there ${what === ACTION ? 'although it does something else already' : 'twice'}. Keep one.`);
    if (what !== ACTION && !this.said.has(ACTION))
      this.add(`.${verb} stands in front of what it does. Write .invoke(…), .local(…) or .saga(…) first.`);
    this.said.add(what);
    return true;
  }

  /** Of the step that is written now. */
  add(fault: string): void {
    this.faults.push(this.step === undefined ? fault : `step "${this.step}": ${fault}`);
  }

  /** In milliseconds, at least one. */
  duration(verb: string, given: Duration): number {
    const milliseconds = durationOf(given);
    if (milliseconds !== undefined && milliseconds >= 1) return milliseconds;
    this.add(
      `.${verb} has ${JSON.stringify(given) ?? String(given)}, which is no time to wait. Write milliseconds or, for example, '30s'.`,
    );
    return 1;
  }

  retry(verb: string, { every, longest, times, forever = false }: Retry = {}): RetryPlan {
    const everyMs = every === undefined ? DEFAULT_EVERY : this.duration(`${verb} every`, every);
    const longestMs = longest === undefined ? everyMs * LONGEST_FACTOR : this.duration(`${verb} longest`, longest);
    if (longestMs < everyMs)
      this.add(`.${verb} has a longest pause that is shorter than the first. Write longest: '…' of at least ${everyMs} ms.`);
    return { everyMs, longestMs, times: this.times(verb, times, forever) };
  }

  private times(verb: string, times: number | undefined, forever: boolean): number {
    if (times !== undefined && (forever || !Number.isSafeInteger(times) || times < 1))
      this.add(`.${verb} has the times ${times}${forever ? ' and forever' : ''}. Write a whole number from 1, or forever: true alone.`);
    return forever ? Infinity : (times ?? DEFAULT_TIMES);
  }
}

const ACTION = 'action';
const ACTIONS: ReadonlySet<string> = new Set(['invoke', 'local', 'saga']);
