// #region schema
import { Event } from '@minos/common';
import { z } from 'zod';

const wire = z.object({
  dueAt: z.iso.datetime().transform((text) => new Date(text)),
  cents: z.string().transform((text) => BigInt(text)),
});

@Event('payment.held', { version: 1, schema: wire })
export class PaymentHeld {
  constructor(
    readonly dueAt: Date,
    readonly cents: bigint,
  ) {}
}
// #endregion schema
