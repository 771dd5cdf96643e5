import { setTimeout as sleep } from 'node:timers/promises';
import { listedSkus, readStock } from './products.mjs';

const LOOK_MS = 100;
/** How long the last releases and sales may take to arrive. */
const WITHIN_MS = 60_000;

/**
 * Whether no piece was lost or sold twice: of each product as many left the house as confirmed orders ask for, nothing is reserved any more, and what is in the house
 * and what was sold make what was there. `before`: the stock when the demo began.
 */
export async function checkConservation(client, { before, sold }) {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const now = await readStock(client);
    const wrong = [...now].flatMap(([sku, stock]) => faultOf(sku, stock, { before: before.get(sku), sold: sold.get(sku) ?? 0 }));
    if (wrong.length > 0 && Date.now() < deadline) {
      await sleep(LOOK_MS);
      continue;
    }
    const listed = await listedSkus(client);
    const missing = [...now.keys()].filter((sku) => !listed.has(sku)).map((sku) => `${sku} is not in the list of products`);
    return { products: now.size, pieces: [...sold.values()].reduce((sum, one) => sum + one, 0), wrong: [...wrong, ...missing] };
  }
}

function faultOf(sku, now, { before, sold }) {
  const right =
    now.reserved === before.reserved &&
    now.available === now.onHand - now.reserved &&
    now.sold - before.sold === sold &&
    now.onHand + now.sold === before.onHand + before.sold;
  if (right) return [];
  return [`${sku}: ${sold} were to be sold; ${JSON.stringify({ before: countsOf(before), now: countsOf(now) })}`];
}

const countsOf = ({ onHand, reserved, sold }) => ({ onHand, reserved, sold });
