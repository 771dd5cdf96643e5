/** One line for each fault test, so that a run can be judged by its counts. */
export function report(what: string, figures: object): void {
  process.stdout.write(`faults: ${what} ${JSON.stringify(figures)}\n`);
}

/** What every verdict shows when all went well. */
export const NOTHING_WRONG = { lost: 0, doubled: 0, inverted: 0, phantom: 0, unstored: 0 };
