import type { Migration } from '@minos/postgres';

/** The members that are in a group, until they leave or `expires_at` has passed by the clock of the database. `session` tells one stay from the next. */
const CREATE_MEMBERS = `
create table minos_broker.members (
  grp text collate "C" not null,
  member text collate "C" not null,
  session uuid not null,
  channels text[] collate "C" not null,
  expires_at timestamptz not null,
  primary key (grp, member)
)`;

/** Who has a partition; its \`epoch\` ascends whenever that changes. \`position\` is what was last told. A partition ends with the session of its member. */
const CREATE_GROUP_PARTITIONS = `
create table minos_broker.group_partitions (
  grp text collate "C" not null,
  channel_id int not null references minos_broker.channels (id) on delete cascade,
  partition int not null,
  member text collate "C",
  epoch bigint not null default 0,
  giving_back boolean not null default false,
  free_since timestamptz not null default clock_timestamp(),
  position bigint,
  told_at timestamptz,
  primary key (grp, channel_id, partition)
) with (fillfactor = 50)`;

const API = `security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan`;
const INNER = `set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan`;

/** Everything that changes a group takes turns. */
const CREATE_LOCK_GROUP = `
create function minos_broker.lock_group(of_group text) returns void language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('minos_broker.group/' || of_group, 0))
$$`;

/** Begins a session. What a member of this name had before, in a process that is gone, is free at once. */
const CREATE_JOIN = `
create function minos_broker.join_group(of_group text, of_member text, of_session uuid, of_channels text[], session_ms float8)
returns void language plpgsql volatile ${API} as $$
begin
  perform minos_broker.lock_group(of_group);
  update minos_broker.group_partitions g
     set member = null, giving_back = false, epoch = g.epoch + 1, free_since = clock_timestamp()
   where g.grp = of_group and g.member = of_member;
  insert into minos_broker.members as m (grp, member, session, channels, expires_at)
    values (of_group, of_member, of_session, of_channels, clock_timestamp() + least(session_ms, 86400000) * interval '1 millisecond')
    on conflict on constraint members_pkey do update
      set session = excluded.session, channels = excluded.channels, expires_at = excluded.expires_at;
end $$`;

/** Removes the members whose sessions are over, frees what they had, and adds the partitions of channels that were made since. */
const CREATE_TIDY_GROUP = `
create function minos_broker.tidy_group(of_group text) returns void language plpgsql volatile ${INNER} as $$
begin
  delete from minos_broker.members m where m.grp = of_group and m.expires_at <= clock_timestamp();
  if found then
    update minos_broker.group_partitions g
       set member = null, giving_back = false, epoch = g.epoch + 1, free_since = clock_timestamp()
     where g.grp = of_group and g.member is not null
       and not exists (select from minos_broker.members m where m.grp = of_group and m.member = g.member);
  end if;
  insert into minos_broker.group_partitions (grp, channel_id, partition)
    select of_group, c.id, n
      from minos_broker.channels c cross join lateral generate_series(0, c.partitions - 1) as n
     where exists (select from minos_broker.members m where m.grp = of_group and c.name = any (m.channels))
       and not exists (select from minos_broker.group_partitions g where g.grp = of_group and g.channel_id = c.id)
    on conflict do nothing;
end $$`;

/**
 * What a member is due: of each of its channels the partitions divided by the channel's members, so between \`lowest\` and \`highest\` in all. It takes free
 * partitions up to the lowest; up to the highest where the others are not short of them; and beyond it one that nobody has taken for a while, which only happens
 * where members have different channels. It is to give back what it has above the lowest where others are below theirs.
 */
const CREATE_SHARE_OUT = `
create function minos_broker.share_out(of_group text, of_member text) returns void language plpgsql volatile ${INNER} as $$
declare
  mine record;
  free record;
  take int;
  give int := 0;
begin
  with sizes as materialized (
    select c.name, c.partitions::float8 / count(*) as part
      from minos_broker.members m join minos_broker.channels c on c.name = any (m.channels)
     where m.grp = of_group group by c.id
  ), shares as materialized (
    select m.member, m.channels, coalesce(sum(s.part), 0) as share,
           (select count(*) from minos_broker.group_partitions g where g.grp = of_group and g.member = m.member and not g.giving_back) as staying
      from minos_broker.members m left join sizes s on s.name = any (m.channels)
     where m.grp = of_group group by m.grp, m.member
  ), bounds as materialized (
    select s.member, s.channels, s.staying, floor(s.share + 1e-6)::int as lowest, ceil(s.share - 1e-6)::int as highest from shares s
  )
  select m.lowest, m.highest, m.staying, m.channels,
         coalesce((select sum(greatest(0, b.lowest - b.staying)) from bounds b where b.member <> of_member), 0) as short_of_lowest,
         coalesce((select sum(greatest(0, b.highest - b.staying)) from bounds b where b.member <> of_member), 0) as short_of_highest,
         (select array_agg(distinct n) from bounds b, unnest(b.channels) as n where b.member <> of_member and b.staying < b.highest) as short_channels
    into mine
    from bounds m where m.member = of_member;
  select count(*) filter (where g.member is null) as whole,
         count(*) filter (where g.member is null and c.name = any (mine.channels)) as mine,
         count(*) filter (where g.giving_back) as coming,
         coalesce(bool_or(g.member is null and c.name = any (mine.channels) and g.free_since < clock_timestamp() - interval '5 seconds'), false) as forsaken
    into free
    from minos_broker.group_partitions g join minos_broker.channels c on c.id = g.channel_id
   where g.grp = of_group
     and exists (select from minos_broker.members m where m.grp = of_group and c.name = any (m.channels));
  take := least(free.mine, greatest(0, mine.lowest - mine.staying));
  take := take + greatest(0, least(
    free.mine - take, mine.highest - greatest(mine.lowest, mine.staying), free.whole - take - mine.short_of_lowest));
  if take = 0 and free.forsaken then
    take := 1;
  end if;
  if take = 0 and mine.staying > mine.lowest then
    give := least(mine.staying - mine.lowest, mine.short_of_lowest - free.whole - free.coming);
    if give <= 0 then
      give := least(mine.staying - mine.highest, mine.short_of_highest - free.whole - free.coming);
    end if;
  end if;
  if take > 0 then
    update minos_broker.group_partitions g
       set member = of_member, epoch = g.epoch + 1, giving_back = false
      from (select f.channel_id, f.partition
              from minos_broker.group_partitions f join minos_broker.channels c on c.id = f.channel_id
             where f.grp = of_group and f.member is null and c.name = any (mine.channels)
             order by f.partition, f.channel_id limit take) as t
     where g.grp = of_group and g.channel_id = t.channel_id and g.partition = t.partition;
  elsif give > 0 then
    update minos_broker.group_partitions g set giving_back = true
      from (select f.channel_id, f.partition
              from minos_broker.group_partitions f join minos_broker.channels c on c.id = f.channel_id
             where f.grp = of_group and f.member = of_member and not f.giving_back and c.name = any (mine.short_channels)
             order by f.partition desc, f.channel_id desc limit give) as t
     where g.grp = of_group and g.channel_id = t.channel_id and g.partition = t.partition;
  end if;
end $$`;

const CREATE_HEARTBEAT = `
create function minos_broker.heartbeat(of_group text, of_member text, of_session uuid, session_ms float8, leaving boolean)
returns table (channel text, channel_id int, partition int, epoch bigint, next bigint, giving_back boolean)
language plpgsql volatile ${API} as $$
begin
  perform minos_broker.lock_group(of_group);
  update minos_broker.members m set expires_at = clock_timestamp() + least(session_ms, 86400000) * interval '1 millisecond'
   where m.grp = of_group and m.member = of_member and m.session = of_session and m.expires_at > clock_timestamp();
  if not found then
    raise exception 'the session of % in % is over', of_member, of_group using errcode = 'MB002';
  end if;
  perform minos_broker.tidy_group(of_group);
  if not leaving then
    perform minos_broker.share_out(of_group, of_member);
  end if;
  return query
    select c.name, g.channel_id, g.partition, g.epoch, p.next, g.giving_back
      from minos_broker.group_partitions g
      join minos_broker.channels c on c.id = g.channel_id
      join minos_broker.partitions p on p.channel_id = g.channel_id and p.partition = g.partition
     where g.grp = of_group and g.member = of_member;
end $$`;

/** Frees partitions that are still held under the given epochs. */
const CREATE_RELEASE = `
create function minos_broker.release(of_group text, of_channels int[], of_partitions int[], of_epochs bigint[])
returns void language plpgsql volatile ${API} as $$
begin
  perform minos_broker.lock_group(of_group);
  update minos_broker.group_partitions g
     set member = null, giving_back = false, epoch = g.epoch + 1, free_since = clock_timestamp()
    from unnest(of_channels, of_partitions, of_epochs) as r (channel_id, partition, epoch)
   where g.grp = of_group and g.channel_id = r.channel_id and g.partition = r.partition and g.epoch = r.epoch and g.member is not null;
end $$`;

const CREATE_LEAVE = `
create function minos_broker.leave_group(of_group text, of_member text, of_session uuid) returns void language plpgsql volatile ${API} as $$
begin
  perform minos_broker.lock_group(of_group);
  delete from minos_broker.members m where m.grp = of_group and m.member = of_member and m.session = of_session;
  if found then
    update minos_broker.group_partitions g
       set member = null, giving_back = false, epoch = g.epoch + 1, free_since = clock_timestamp()
     where g.grp = of_group and g.member = of_member;
  end if;
end $$`;

/** Notes where the group stands in partitions that are held under the given epochs. */
const CREATE_TELL = `
create function minos_broker.tell(of_group text, of_channels int[], of_partitions int[], of_epochs bigint[], of_positions bigint[])
returns void language plpgsql volatile ${API} as $$
begin
  perform minos_broker.lock_group(of_group);
  update minos_broker.group_partitions g set position = t.position, told_at = clock_timestamp()
    from unnest(of_channels, of_partitions, of_epochs, of_positions) as t (channel_id, partition, epoch, position)
   where g.grp = of_group and g.channel_id = t.channel_id and g.partition = t.partition and g.epoch = t.epoch;
end $$`;

/** Offsets have no holes, so the lag is a difference. */
const CREATE_LAG = `
create function minos_broker.lag(of_group text, of_channels text[])
returns table (channel text, partition int, lag bigint, age_seconds float8) language plpgsql stable ${API}
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  return query
    select c.name, p.partition, coalesce(p.next - f.message_offset, 0),
           coalesce(greatest(0, date_part('epoch', clock_timestamp() - f.appended_at)), 0)
      from minos_broker.channels c
      join minos_broker.partitions p on p.channel_id = c.id
      left join minos_broker.group_partitions g on g.grp = of_group and g.channel_id = c.id and g.partition = p.partition
      left join lateral (
        select m.message_offset, m.appended_at from minos_broker.messages m
         where m.channel_id = p.channel_id and m.partition = p.partition and m.message_offset >= coalesce(g.position, 0)
         order by m.message_offset limit 1) f on true
     where c.name = any (of_channels)
     order by c.name, p.partition;
end $$`;

/** Who reads what, and how far. */
export const GROUPS_MIGRATION: Migration = {
  id: '003-groups',
  statements: [
    CREATE_MEMBERS,
    CREATE_GROUP_PARTITIONS,
    CREATE_LOCK_GROUP,
    CREATE_JOIN,
    CREATE_TIDY_GROUP,
    CREATE_SHARE_OUT,
    CREATE_HEARTBEAT,
    CREATE_RELEASE,
    CREATE_LEAVE,
    CREATE_TELL,
    CREATE_LAG,
  ],
};
