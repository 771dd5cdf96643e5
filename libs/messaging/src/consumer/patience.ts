import type { ConsumerPipelineOptions, ConsumerSettings } from './consumer.options.js';

const MARGIN_MS = 1_000;

/**
 * How long a message may be in hand without a sign of life where everything is well: as long as the longest deadline that somebody has stated, or the longest pause
 * between its tries. The default deadline is nobody's statement that handlers take so long.
 */
export function patienceOf(options: ConsumerPipelineOptions, { deadline, handlers, retry }: ConsumerSettings): number {
  const stated = [...handlers.values()].map(({ deadlineMs = 0 }) => deadlineMs);
  const pause = retry.attempts < 2 ? 0 : Math.min(retry.longest, retry.first * 2 ** Math.min(retry.attempts - 2, 30));
  const longest = Math.max(pause, options.deadline === undefined ? 0 : deadline, ...stated);
  return longest === 0 ? 0 : longest + MARGIN_MS;
}
