import { randomUUID } from 'node:crypto';
import type { Command } from '@minos/common';
import { until } from '@minos/common/testing';
import { CommandBus } from '@minos/cqrs';
import { ParkedKeys } from '@minos/messaging';
import { createTestingSystem, type TestingAnswer, type TestingSystem } from '@minos/nest/testing';
import type { SagaPlan, SagaStore, StoredEntry } from '@minos/saga';
import { SAGA_STORE } from '@minos/saga/module';
import type { Type } from '@nestjs/common';
import { ReserveStockHandler } from '../../apps/product/src/commands/reserve-stock.handler.js';
import { ProductModule } from '../../apps/product/src/product.module.js';
import { CaptureMoneyHandler } from '../../apps/payment/src/commands/capture-money.handler.js';
import { HoldMoneyHandler } from '../../apps/payment/src/commands/hold-money.handler.js';
import { ReleaseMoneyHandler } from '../../apps/payment/src/commands/release-money.handler.js';
import { PaymentModule } from '../../apps/payment/src/payment.module.js';
import { ConfirmOrderHandler } from '../../apps/order/src/commands/confirm-order.handler.js';
import { PriceOrderHandler } from '../../apps/order/src/commands/price-order.handler.js';
import { OrderModule } from '../../apps/order/src/order.module.js';
import { Checkout } from '../../apps/order/src/checkout/checkout.saga.js';
import { openAccount } from './open-account.js';

type StepNode = Extract<SagaPlan['nodes'][number], { readonly kind: 'step' }>;
type Service = 'order' | 'product' | 'payment';
interface Handler {
  execute: (this: Handler, command: never) => Promise<unknown>;
}
type Gated = Type<Handler>;

const GATED: readonly Gated[] = [
  ReserveStockHandler,
  HoldMoneyHandler,
  ReleaseMoneyHandler,
  CaptureMoneyHandler,
  PriceOrderHandler,
  ConfirmOrderHandler,
];
const gates = new Map<Gated, Gate>();
const broken = new Set<Gated>();

// Methods of handlers are taken from their classes once, when an application starts.
for (const type of GATED) {
  const prototype = type.prototype as Handler;
  const { execute } = prototype;
  prototype.execute = async function (this: Handler, command: never) {
    await gates.get(type)?.pass();
    if (broken.has(type)) throw new Error(`${type.name} does not work.`);
    return execute.call(this, command);
  };
}

export interface ReadOrder {
  readonly orderId: string;
  readonly status: string;
  readonly reason?: string;
  readonly total: number | null;
  readonly version: number;
  readonly saga?: { readonly status: string; readonly step?: string; readonly waitingFor?: string; readonly reason?: string };
}

export interface PlacedOrder {
  readonly orderId: string;
  readonly status: string;
  readonly reason?: string;
}

/** So many pieces of a product are there in the beginning, each for so much. */
export const PIECES = 10;
export const PRICE = 1250;
const ENDS = ['confirmed', 'rejected', 'cancelled'];
const WITHIN_MS = 100_000;

/** Order, product and payment over one broker in memory. */
export class Shop {
  private readonly timeouts = new Map<StepNode, StepNode['timeout']>();
  accountId = '';
  sku = '';

  private constructor(private readonly system: TestingSystem<Service>) {}

  static async open(): Promise<Shop> {
    return new Shop(await createTestingSystem({ order: OrderModule, product: ProductModule, payment: PaymentModule }));
  }

  /** A product and an account of their own for a test. */
  async begin(balance: number, pieces = PIECES): Promise<void> {
    this.sku = `mug-${randomUUID()}`;
    await this.system.apps.product.http.post('/products', { sku: this.sku, title: 'Mug', price: PRICE, onHand: pieces });
    this.accountId = await openAccount(this.system.apps.payment.http, balance);
  }

  /** Opens the gates, and waits for answers as long as before. */
  end(): void {
    for (const gate of gates.values()) gate.open();
    gates.clear();
    broken.clear();
    for (const [step, timeout] of this.timeouts) Object.assign(step, { timeout });
    this.timeouts.clear();
  }

  get http() {
    return this.system.apps.order.http;
  }

  order(quantity = 1, more: { readonly sku?: string; readonly accountId?: string } = {}): object {
    const { sku = this.sku, accountId = this.accountId } = more;
    return { accountId, lines: [{ sku, quantity }] };
  }

  async place(quantity?: number, more?: { readonly sku?: string; readonly accountId?: string }): Promise<string> {
    return (await this.http.post<PlacedOrder>('/orders', this.order(quantity, more))).body.orderId;
  }

  cancel(orderId: string): Promise<TestingAnswer> {
    return this.http.post(`/orders/${orderId}/cancel`);
  }

  async read(orderId: string): Promise<ReadOrder> {
    return (await this.http.get<ReadOrder>(`/orders/${orderId}`)).body;
  }

  async events(orderId: string): Promise<readonly string[]> {
    const { body } = await this.http.get<{ events: readonly { type: string }[] }>(`/orders/${orderId}/events`);
    return body.events.map(({ type }) => type);
  }

  stock(): Promise<TestingAnswer> {
    return this.system.apps.product.http.get(`/products/${this.sku}`);
  }

  account(): Promise<TestingAnswer> {
    return this.system.apps.payment.http.get(`/accounts/${this.accountId}`);
  }

  /** The order once it and its checkout have ended. */
  ended(orderId: string): Promise<ReadOrder> {
    return this.reached(orderId, ({ status, saga }) => ENDS.includes(status) && ['completed', 'compensated'].includes(saga?.status ?? ''));
  }

  async reached(orderId: string, condition: (order: ReadOrder) => boolean): Promise<ReadOrder> {
    let last: ReadOrder | undefined;
    const look = async (): Promise<ReadOrder | undefined> => {
      last = await this.read(orderId);
      return condition(last) ? last : undefined;
    };
    return until(look, `the order to come there`, WITHIN_MS).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
    });
  }

  /** What happened to the checkout, each as `kind step`. */
  async journal(orderId: string): Promise<readonly string[]> {
    const store = this.system.apps.order.get<SagaStore>(SAGA_STORE);
    const id = (await store.findByKey('checkout', '', orderId)) ?? '';
    const entries: readonly StoredEntry[] = await store.journal(id, 0, 100);
    return entries.map(({ kind, step }) => (step === undefined ? kind : `${kind} ${step}`));
  }

  /** Holds up everything that this handler is asked for, until the gate is opened. */
  gate(type: Gated): Gate {
    const gate = new Gate();
    gates.set(type, gate);
    return gate;
  }

  /** Whatever this handler is asked for fails, until the test mends it. */
  break(type: Gated): { readonly mend: () => void } {
    broken.add(type);
    return { mend: () => void broken.delete(type) };
  }

  /** Has a service do something, as a message would. */
  command<R>(service: Service, command: Command<R>): Promise<R> {
    return this.system.apps[service].get<CommandBus>(CommandBus).execute(command);
  }

  /** What operators do about messages of a service that failed. */
  parked(service: Service): ParkedKeys {
    return this.system.apps[service].get<ParkedKeys>(ParkedKeys);
  }

  /** The answer to this step is waited for so long alone. */
  waitFor(name: string, milliseconds: number): void {
    const step = this.system.apps.order.get<Checkout>(Checkout).plan.nodes.find((node): node is StepNode => node.name === name);
    if (step === undefined) throw new Error(`The plan has no step ${name}.`);
    if (!this.timeouts.has(step)) this.timeouts.set(step, step.timeout);
    Object.assign(step, { timeout: { afterMs: milliseconds, then: step.timeout?.then ?? 'retry' } });
  }

  async close(): Promise<void> {
    this.end();
    await this.system.close();
  }
}

/** Where a handler waits. */
export class Gate {
  /** Calls that have come so far. */
  arrived = 0;
  private isOpen = false;
  private readonly waiting: (() => void)[] = [];

  async pass(): Promise<void> {
    this.arrived += 1;
    if (!this.isOpen) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when a call waits here. */
  reached(): Promise<unknown> {
    return until(() => this.arrived > 0, 'a call at the gate', WITHIN_MS);
  }

  open(): void {
    this.isOpen = true;
    for (const go of this.waiting.splice(0)) go();
  }
}
