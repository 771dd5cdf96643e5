import type { Migration } from '@minos/postgres';

const CREATE_SCHEMA = 'create schema if not exists minos_views';

/** Rows of one table in one statement each for those that end, change and come; in the order of their keys, so that two of them cannot wait for each other. */
const CREATE_WRITE_VIEWS = `
create function minos.write_views(
  failed int[], units int[], names text[], tenants text[], keys text[], ops text[], docs text[]
) returns jsonb language plpgsql volatile as $$
declare
  target text;
begin
  for target in
    select distinct r.name from unnest(units, names) as r(unit, name) where not r.unit = any (failed) order by r.name
  loop
    execute format($statement$
      with r as materialized (
        select r.tenant, r.key, r.op, r.doc::jsonb as doc
          from unnest($2, $3, $4, $5, $6, $7) as r(unit, name, tenant, key, op, doc)
         where r.name = %1$L and not r.unit = any ($1)
         order by r.tenant, r.key
      ), gone as (
        delete from minos_views.%1$I as v using r where r.op = 'remove' and v.tenant = r.tenant and v.key = r.key
      ), changed as (
        update minos_views.%1$I as v set doc = v.doc || r.doc from r where r.op = 'patch' and v.tenant = r.tenant and v.key = r.key
      )
      insert into minos_views.%1$I (tenant, key, doc) select r.tenant, r.key, r.doc from r where r.op = 'put'
      on conflict (tenant, key) do update set doc = excluded.doc
    $statement$, target) using failed, units, names, tenants, keys, ops, docs;
  end loop;
  return null;
end $$`;

/** Where the tables of views are, and what writes them. The tables come and go with the versions of projections. */
export const VIEWS_MIGRATION: Migration = { id: '001-views', statements: [CREATE_SCHEMA, CREATE_WRITE_VIEWS] };
