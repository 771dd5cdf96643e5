import { uuidv7 } from '@minos/common';
import { Outbox, OutboxRelay, PostgresOutboxStore } from '@minos/messaging';
import { PostgresLeases } from '@minos/postgres';
import { CountingBroker } from './counting-broker.js';
import { sharedNow } from '../peer.js';
import type { Places, Route } from './places.js';
import { keyOf, MESSAGE_DATA, ORDER_PLACED } from './sample-message.js';
import { openService } from './service.js';
import { principalOf, SENDER, signed } from './trust.js';

export interface Flood {
  readonly callers: number;
  readonly seconds: number;
  /** Messages at the most. */
  readonly most: number;
}

export interface Sent {
  readonly messages: number;
  /** When the first unit began, on the shared clock. */
  readonly since: number;
}

/** Since the process began. */
export interface SenderCounts {
  readonly units: number;
  readonly batches: number;
  readonly published: number;
  readonly publishes: number;
}

export type SenderCalls = {
  /** So many callers, each sending a message in a unit of its own as soon as its last one has committed. */
  readonly flood: (options: Flood) => Promise<Sent>;
  readonly counts: () => SenderCounts;
  /** Sends at a rate; returns when the commit of each message was acknowledged. */
  readonly trickle: (options: { readonly perSecond: number; readonly seconds: number }) => Promise<readonly (readonly [string, number])[]>;
};

/** The service that sends, with its relay. */
export async function openSender({ places, route }: { readonly places: Places; readonly route: Route }) {
  const service = openService(places.sender, places.broker);
  const { clock, database, committer, unitOfWork } = service;
  const broker = new CountingBroker(route.signed ? signed(service.broker) : service.broker);
  const relay = new OutboxRelay({ store: new PostgresOutboxStore(database), broker, leases: new PostgresLeases(database), clock });
  const outbox = new Outbox({ source: SENDER, clock, onStored: (slot) => relay.hint(slot) });
  relay.start();
  let sent = 0;
  const send = (): Promise<string> => {
    const { channel } = route;
    const { name: type, version: schemaVersion } = ORDER_PLACED;
    const key = keyOf(sent++);
    const principal = route.signed ? { principal: principalOf(uuidv7()) } : {};
    return unitOfWork.run((unit) => outbox.enlist(unit, { channel, key, type, schemaVersion, data: MESSAGE_DATA, ...principal }));
  };
  const calls: SenderCalls = {
    flood: async ({ callers, seconds, most }) => {
      const since = sharedNow();
      const before = sent;
      const end = performance.now() + seconds * 1000;
      const caller = async (): Promise<void> => {
        while (performance.now() < end && sent - before < most) await send();
      };
      await Promise.all(Array.from({ length: callers }, caller));
      return { messages: sent - before, since };
    },
    counts: () => ({ ...committer.statistics(), ...broker.counts }),
    trickle: ({ perSecond, seconds }) => trickle(perSecond, seconds, send),
  };
  const close = async (): Promise<void> => {
    await relay.stop();
    await service.close();
  };
  return { calls, close };
}

/** Units begin at times that are spread at random, so that they do not keep step with anything; they do not wait for each other. */
async function trickle(perSecond: number, seconds: number, send: () => Promise<string>): Promise<(readonly [string, number])[]> {
  const sending: Promise<readonly [string, number]>[] = [];
  const begun = performance.now();
  for (let due = 0; due < seconds * 1000; due += (1000 / perSecond) * 2 * Math.random()) {
    const left = begun + due - performance.now();
    if (left > 0) await pause(left);
    sending.push(send().then((id) => [id, sharedNow()] as const));
  }
  return Promise.all(sending);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
