const SHOWN_FAULTS = 5;

/** What was done, how fast, what became of the orders, and whether stock and money agree. */
export function summary({ shopping, outcomes, stock, money, catalogue }) {
  const { counts, seconds, latencies, faults, placed } = shopping;
  const right = placed.size - outcomes.wrong.length;
  const reasons = [...outcomes.reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return [
    '',
    row('products', `${catalogue.created} created, ${catalogue.found} there before`),
    row('orders placed', `${counts.placed} in ${seconds.toFixed(1)} s, ${(counts.placed / seconds).toFixed(0)} per second`),
    row('  POST /orders', percentiles(latencies)),
    row('  doomed', `${counts.doomed} want too much, or can not be paid`),
    row('  repeated', `${counts.repeated} with the same Idempotency-Key`),
    row('  cancelled', `${counts.cancelled}, ${counts.tooLate} too late`),
    row('  refused', String(counts.refused)),
    row('orders ended', `${placed.size - outcomes.open}, the last one ${outcomes.seconds.toFixed(1)} s after the last was placed`),
    row('  confirmed', String(outcomes.confirmed)),
    row('  rejected', reasons === '' ? '0' : `${outcomes.rejected} (${reasons})`),
    row('  cancelled', String(outcomes.cancelled)),
    row('  GET /orders/:id', percentiles(outcomes.latencies)),
    '',
    row(
      'orders',
      `${right} of ${placed.size} ended once, as they must, with the lines that were ordered and versions 1..n: ${verdict(outcomes.wrong)}`,
    ),
    row(
      'stock',
      `${stock.pieces} pieces of ${stock.products} products sold as confirmed, none reserved, none lost: ${verdict(stock.wrong)}`,
    ),
    row(
      'money',
      `${money.captured} of ${money.deposited} cents in ${money.accounts} accounts paid as confirmed, ${money.held} held, none lost: ${verdict(money.wrong)}`,
    ),
    row('faults', faults.length === 0 ? 'none' : String(faults.length)),
    ...[...faults, ...outcomes.wrong, ...stock.wrong, ...money.wrong].slice(0, SHOWN_FAULTS).map((line) => `  - ${line}`),
  ];
}

const verdict = (wrong) => (wrong.length === 0 ? 'holds' : 'BROKEN');

function percentiles(latencies) {
  if (latencies.length === 0) return 'no answers';
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share) => `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`;
}

const row = (label, value) => `${label.padEnd(18)} ${value}`;
