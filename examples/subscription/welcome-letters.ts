import { Subscription, type SubscriptionPorts } from '@minos/event-sourcing';

/** Where the letters go. */
export interface Mailer {
  send(to: string): Promise<void>;
}

// #region subscription
/** Sends a letter to everybody who signs up, in the order of signing up. */
export function welcomeLetters(ports: SubscriptionPorts, mailer: Mailer): Subscription {
  return new Subscription(
    {
      name: 'welcome-letters', // durable: the checkpoint and the lease go by it
      from: 'beginning',
      types: ['member.joined'],
      retry: { attempts: 5, first: '100ms', longest: '10s' },
      handler: {
        async each(_event, { recorded, unit }) {
          const { email } = recorded.data as { email: string };
          unit.onCommitted(() => mailer.send(email)); // outside effects come after the commit, and may be missed by a crash
        },
      },
    },
    ports,
  );
}
// #endregion
