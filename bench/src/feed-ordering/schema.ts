import { Client } from 'pg';

/** Bare tables, so that nothing but the way of reading is compared. */
export const SCHEMA = `
  create sequence positions cache 1;
  create table events (
    position bigint primary key default nextval('positions'), stream text not null, version bigint not null, id uuid not null unique,
    data json not null, unique (stream, version));
  create table held (n int);
  create table other_rows (id bigint generated always as identity primary key, note text);
  create table sequenced_events (
    number bigint generated always as identity primary key, position bigint unique, stream text not null, version bigint not null,
    id uuid not null unique, data json not null, unique (stream, version));
  create index on sequenced_events (number) where position is null;
  create table sequencer (position bigint not null);
  insert into sequencer values (0)`;

export const EMPTY = 'truncate events, sequenced_events, other_rows; update sequencer set position = 0';

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
