import type { Migration } from '@minos/postgres';

/** New functions can be executed by everybody unless that is taken away. */
const CLOSE = 'revoke execute on all functions in schema minos_broker from public';

/**
 * Lets the role of a service use the broker: it may call what {@link PostgresBroker} calls, and reads and writes no table itself.
 *
 * ```sql
 * create role "order" login password '…';
 * select minos_broker.admit('order');
 * ```
 *
 * Called by the owner of the schema, once per role and again after migrations that bring new functions.
 */
const CREATE_ADMIT = `
create function minos_broker.admit(of_role name) returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  callable regprocedure;
begin
  execute format('grant usage on schema minos_broker to %I', of_role);
  for callable in
    select p.oid from pg_proc p
     where p.pronamespace = 'minos_broker'::regnamespace and p.prosecdef
  loop
    execute format('grant execute on function %s to %I', callable, of_role);
  end loop;
end $$`;

/** One role per service. */
export const ROLES_MIGRATION: Migration = { id: '004-roles', statements: [CREATE_ADMIT, CLOSE] };
