import type { Migration } from '@minos/postgres';

/** One row: names the log, in dumps and copies of it too. */
const CREATE_LOG = `
create table minos_broker.log (
  only_row boolean not null default true,
  origin uuid not null default gen_random_uuid(),
  constraint log_pkey primary key (only_row),
  constraint log_one_row check (only_row)
)`;

const NAME_LOG = 'insert into minos_broker.log default values';

const CREATE_ORIGIN = `
create function minos_broker.origin() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.origin::text from minos_broker.log l
$$`;

/** As before; and the role may see which migrations there are, which a service looks at when it starts. */
const CREATE_ADMIT = `
create or replace function minos_broker.admit(of_role name) returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  callable regprocedure;
begin
  execute format('grant usage on schema minos_broker, minos to %I', of_role);
  execute format('grant select on minos.migrations to %I', of_role);
  for callable in
    select p.oid from pg_proc p
     where p.pronamespace = 'minos_broker'::regnamespace and p.prosecdef
  loop
    execute format('grant execute on function %s to %I', callable, of_role);
  end loop;
end $$`;

/** Roles that were admitted before need the new function, too. */
const ADMIT_AGAIN = `
do $$
declare
  admitted name;
begin
  for admitted in
    select distinct r.rolname from pg_proc p cross join lateral aclexplode(p.proacl) as a join pg_roles r on r.oid = a.grantee
     where p.pronamespace = 'minos_broker'::regnamespace and p.proname = 'publish' and a.grantee <> p.proowner
  loop
    perform minos_broker.admit(admitted);
  end loop;
end $$`;

const CLOSE = 'revoke execute on function minos_broker.origin() from public';

/** Tells one log from another, so that positions are not mistaken for those of another server. */
export const ORIGIN_MIGRATION: Migration = {
  id: '005-origin',
  statements: [CREATE_LOG, NAME_LOG, CREATE_ORIGIN, CLOSE, CREATE_ADMIT, ADMIT_AGAIN],
};
