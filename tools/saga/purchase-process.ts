// One service of the purchase as a process of its own: `purchase-process.ts <what PurchaseOrder says, as JSON>`.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Baskets, purchaseModule, type PurchasePlace, type PurchaseService } from './purchase-services.js';

export interface PurchaseOrder extends PurchasePlace {
  readonly service: PurchaseService;
}

/** What the shop is told. */
export interface PlaceBasket {
  readonly basketId: string;
  readonly price: number;
}

/** What a process says: that it runs, the id of a basket that is placed, or of one whose pieces are taken and not marked as taken yet. */
export type PurchaseReport = { readonly ready: true } | { readonly placed: string } | { readonly careless: string };

const tell = (report: PurchaseReport): void => void (process.connected && process.send?.(report));

async function main({ service, ...place }: PurchaseOrder): Promise<void> {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const app = await NestFactory.create(purchaseModule(service, place), { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const baskets = service === 'shop' ? app.get(Baskets, { strict: false }) : undefined;
  process.on('message', ({ basketId, price }: PlaceBasket) => {
    // What was not placed is asked for again.
    baskets?.place(basketId, price).then(
      () => tell({ placed: basketId }),
      () => undefined,
    );
  });
  tell({ ready: true });
}

void main(JSON.parse(process.argv[2] ?? '{}') as PurchaseOrder);
