/** All hints share one channel of the server; the payload says which they are. */
export const LISTEN_HINTS = 'listen minos_hints';

/** Nothing that a crash of the server could lose is worth the wait for its log. */
export const SEND_HINTS = {
  name: 'minos_send_hints',
  text: `with hurry as materialized (select set_config('synchronous_commit', 'off', true) as done)
         select pg_notify('minos_hints', channel) from hurry, unnest($1::text[]) as channel where done is not null`,
};
