/** Names and keys compare bytewise (collation C): several times cheaper than by locale, and the same on every server. */

/** Positions come from a sequence without a cache, so that numbers are drawn in the order of the inserting statements' locks. */
const CREATE_EVENTS_POSITION = `create sequence minos.events_position as bigint cache 1`;

const CREATE_EVENTS = `
create table minos.events (
  position bigint not null default nextval('minos.events_position'),
  tenant text collate "C" not null default '',
  stream text collate "C" not null,
  version bigint not null,
  id uuid not null,
  type text collate "C" not null,
  schema_version int not null,
  data json not null,
  metadata json not null,
  key_hash int not null,
  recorded_at timestamptz not null default clock_timestamp(),
  constraint events_pkey primary key (position),
  constraint events_stream_version_key unique (tenant, stream, version),
  constraint events_id_key unique (id)
)`;

const OWN_EVENTS_POSITION = `alter sequence minos.events_position owned by minos.events.position`;

const CREATE_CLOSED_STREAMS = `
create table minos.closed_streams (
  tenant text collate "C" not null default '',
  stream text collate "C" not null,
  version bigint not null,
  key_hash int not null,
  closed_at timestamptz not null default clock_timestamp(),
  constraint closed_streams_pkey primary key (tenant, stream)
)`;

/** One entry per change whose expectation does not hold. \`expected\` is null for "any version"; a closed stream refuses all but closing it again. */
const CREATE_CHECK_STREAMS = `
create function minos.check_streams(
  locked bigint, units int[], ordinals int[], tenants text[], streams text[], expected bigint[], closing boolean[]
)
returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_agg(jsonb_build_array(a.unit, a.ordinal, 'stream', null))
      from unnest(units, ordinals, tenants, streams, expected, closing) as a (unit, ordinal, tenant, stream, expected, closing)
     where case
       when exists (select from minos.closed_streams c where c.tenant = a.tenant and c.stream = a.stream) then not a.closing
       else a.expected <> coalesce(
         (select e.version from minos.events e where e.tenant = a.tenant and e.stream = a.stream order by e.version desc limit 1), 0)
     end);
end $$`;

/** Fills in the versions that the caller left open, counting on from what is stored. */
const CREATE_NEXT_VERSIONS = `
create function minos.next_versions(failed int[], units int[], tenants text[], streams text[], versions bigint[])
returns bigint[] language sql volatile as $$
  select array_agg(coalesce(row.version, row.base + row.place) order by row.ord)
    from (
      select e.ord, e.version,
             coalesce((select max(s.version) from minos.events s where s.tenant = e.tenant and s.stream = e.stream), 0) as base,
             count(*) filter (where not e.unit = any (failed)) over (partition by e.tenant, e.stream order by e.ord) as place
        from unnest(units, tenants, streams, versions) with ordinality as e (unit, tenant, stream, version, ord)
    ) as row
$$`;

/**
 * Data and metadata come as one JSON array each; an element is stored as it stands in the text. Returns the positions of the rows written, in the order
 * in which they were given, which is that of the one scan that feeds the insert; and where versions were left open, those of all rows.
 */
const CREATE_WRITE_STREAMS = `
create function minos.write_streams(
  failed int[], units int[], tenants text[], streams text[], versions bigint[], ids uuid[],
  types text[], schema_versions int[], datas json, metadatas json, key_hashes int[],
  closing_units int[], closing_tenants text[], closing_streams text[], closing_hashes int[]
) returns jsonb language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
declare
  counted bigint[];
  positions text[];
begin
  if array_position(versions, null) is not null then
    counted := minos.next_versions(failed, units, tenants, streams, versions);
    versions := counted;
  end if;
  with inserted as (
    insert into minos.events as e (tenant, stream, version, id, type, schema_version, data, metadata, key_hash)
    select g.tenant, g.stream, g.version, g.id, g.type, g.schema_version, g.data, g.metadata, g.key_hash
      from rows from (
             unnest(units, tenants, streams, versions, ids, types, schema_versions, key_hashes),
             json_array_elements(datas), json_array_elements(metadatas)
           ) as g (unit, tenant, stream, version, id, type, schema_version, key_hash, data, metadata)
     where not g.unit = any (failed)
    returning e.position
  )
  select array_agg(i.position) into positions from inserted i;
  if cardinality(closing_units) > 0 then
    insert into minos.closed_streams (tenant, stream, version, key_hash)
      select c.tenant, c.stream,
             coalesce((select max(e.version) from minos.events e where e.tenant = c.tenant and e.stream = c.stream), 0), c.key_hash
        from unnest(closing_units, closing_tenants, closing_streams, closing_hashes) as c (unit, tenant, stream, key_hash)
       where not c.unit = any (failed)
      on conflict do nothing;
  end if;
  return case when counted is null then to_jsonb(positions) else jsonb_build_object('positions', positions, 'versions', counted) end;
end $$`;

const CREATE_SNAPSHOTS = `
create table minos.snapshots (
  tenant text collate "C" not null default '',
  stream text collate "C" not null,
  state_version int not null,
  version bigint not null,
  state json not null,
  key_hash int not null,
  saved_at timestamptz not null default clock_timestamp(),
  constraint snapshots_pkey primary key (tenant, stream, state_version)
)`;

export const EVENTS_MIGRATION = {
  id: '001-events',
  statements: [
    CREATE_EVENTS_POSITION,
    CREATE_EVENTS,
    OWN_EVENTS_POSITION,
    CREATE_CLOSED_STREAMS,
    CREATE_CHECK_STREAMS,
    CREATE_NEXT_VERSIONS,
    CREATE_WRITE_STREAMS,
    CREATE_SNAPSHOTS,
  ],
};
