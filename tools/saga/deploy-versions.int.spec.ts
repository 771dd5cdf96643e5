import { deployVersions } from './deploy-versions.js';

it('50 instances of a version survive the next one, which is deployed process by process, rolled back and deployed again', async () => {
  const { strandedOnes, ledger } = await deployVersions(50, 120_000);
  process.stdout.write(`versions deployed ${JSON.stringify({ strandedOnes, ...ledger })}\n`);
  expect(strandedOnes).toBe(50);
  expect(ledger).toMatchObject({ open: [], wrong: [] });
  expect(ledger.completed).toBeGreaterThan(0);
  expect(ledger.compensated).toBeGreaterThan(0);
}, 600_000);
