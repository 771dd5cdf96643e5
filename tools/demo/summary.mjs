const SHOWN_FAULTS = 5;

/** What was done, how fast, and whether everything that was acknowledged is there. */
export function summary({ shopping, reading, catalogue }) {
  const { counts, seconds, latencies, faults, placed } = shopping;
  const right = placed.size - reading.wrong.length;
  return [
    '',
    row('products', `${catalogue.created} created, ${catalogue.found} there before`),
    row('orders placed', `${counts.placed} in ${seconds.toFixed(1)} s, ${(counts.placed / seconds).toFixed(0)} per second`),
    row('  POST /orders', percentiles(latencies)),
    row('  repeated', `${counts.repeated} with the same Idempotency-Key`),
    row('  cancelled', String(counts.cancelled)),
    row('  refused', String(counts.refused)),
    row('orders read', `${placed.size} in ${reading.seconds.toFixed(1)} s`),
    row('  GET /orders/:id', percentiles(reading.latencies)),
    '',
    row(
      'invariant',
      `${right} of ${placed.size} orders read back as acknowledged, with versions 1..n: ${right === placed.size ? 'holds' : 'BROKEN'}`,
    ),
    row(
      '',
      `${catalogue.right} of ${catalogue.read} products have 0 <= reserved <= onHand and are listed: ${catalogue.wrong.length === 0 ? 'holds' : 'BROKEN'}`,
    ),
    row('faults', faults.length === 0 ? 'none' : String(faults.length)),
    ...[...faults, ...reading.wrong, ...catalogue.wrong].slice(0, SHOWN_FAULTS).map((line) => `  - ${line}`),
  ];
}

function percentiles(latencies) {
  if (latencies.length === 0) return 'no answers';
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share) => `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`;
}

const row = (label, value) => `${label.padEnd(18)} ${value}`;
