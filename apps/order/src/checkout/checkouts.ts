import { currentContext } from '@minos/common';
import type { SagaStore } from '@minos/saga';
import { SAGA_STORE } from '@minos/saga/module';
import { Inject, Injectable } from '@nestjs/common';
import { type CheckoutProgress, progressOf } from './checkout-progress.js';
import { CHECKOUT } from './checkout.saga.js';

/** Why it turned back stands among the first entries, whatever was tried again since. */
const ENTRIES = 500;

/** The checkouts of orders, as they are stored. */
@Injectable()
export class Checkouts {
  constructor(@Inject(SAGA_STORE) private readonly store: SagaStore) {}

  /** Of one order; `undefined` where none has begun yet, and where it ended so long ago that it was forgotten. */
  async find(orderId: string): Promise<CheckoutProgress | undefined> {
    const id = await this.store.findByKey(CHECKOUT, currentContext().tenant, orderId);
    const found = id === undefined ? undefined : await this.store.load(id);
    if (found === undefined) return undefined;
    const { instance } = found;
    return progressOf(instance, instance.phase === 'compensating' ? await this.store.journal(instance.id, 0, ENTRIES) : []);
  }
}
