import { Progress } from './progress.mjs';

/** Runs `work` for 0 to `count - 1`, so many at once, with a bar and what `note` says beside it. Resolves with the seconds that it took. */
export async function inParallel(count, concurrency, label, work, note) {
  const progress = new Progress(label, count, note);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      await work(next++);
      progress.step();
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  progress.end();
  return (performance.now() - begun) / 1000;
}
