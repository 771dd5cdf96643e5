import { APPEND_EVENTS } from '../contracts/event-store.js';
import { eventHints } from './event-hints.js';

it('tells of commits that may have stored events, and of no other', () => {
  let tell: (kinds?: ReadonlySet<string>) => void = () => undefined;
  let heard = 0;
  const commits = { connected: false, onHint: (listener: typeof tell) => ((tell = listener), () => undefined) };
  const hints = eventHints(commits);
  hints.onHint(() => (heard += 1));
  tell(new Set(['messaging.inbox']));
  expect(heard).toBe(0);
  tell(new Set(['messaging.inbox', APPEND_EVENTS]));
  tell();
  expect(heard).toBe(2);
  expect(hints.connected).toBe(false);
  commits.connected = true;
  expect(hints.connected).toBe(true);
});
