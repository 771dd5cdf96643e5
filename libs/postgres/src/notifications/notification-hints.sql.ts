/** All hints share one channel of the server; the payload says which they are. */
export const LISTEN_HINTS = 'listen minos_hints';

export const SEND_HINTS = {
  name: 'minos_send_hints',
  text: `select pg_notify('minos_hints', channel) from unnest($1::text[]) as channel`,
};
