import type { ViewTable } from '../../contracts/view-store.js';
import { rebuildTable } from '../../projection/projection-names.js';
import { createTable, indexName } from '../view.sql.js';

/** Tables beside those served, of the same owner: whoever asks may be another role than the service. */
export function createRebuildTables(views: readonly ViewTable[], rebuild: number): string[] {
  return views.flatMap((view) => {
    const name = rebuildTable(view.name, rebuild);
    return [...createTable({ ...view, name }), giveTo(name, view.name)];
  });
}

export function dropRebuildTables(views: readonly ViewTable[], rebuild: number): string[] {
  return views.map(({ name }) => `drop table if exists minos_views.${rebuildTable(name, rebuild)}`);
}

export function lockTables(views: readonly ViewTable[]): string {
  const names = views.map(({ name }) => `minos_views.${name}`).sort();
  return `lock table ${names.join(', ')} in access exclusive mode`;
}

/** Puts the new tables where the old ones were, with their grants; makes indexes that were named since. */
export function replaceTables(views: readonly ViewTable[], rebuild: number): string[] {
  return views.flatMap((view) => {
    const { name, indexes } = view;
    const made = rebuildTable(name, rebuild);
    const renamed = [`${made}_pkey`, ...indexes.map((fields) => indexName(made, fields))];
    const names = [`${name}_pkey`, ...indexes.map((fields) => indexName(name, fields))];
    return [
      copyGrants(name, made),
      `drop table minos_views.${name}`,
      `alter table minos_views.${made} rename to ${name}`,
      ...renamed.map((index, place) => `alter index if exists minos_views.${index} rename to ${names[place] ?? index}`),
      ...createTable(view),
    ];
  });
}

function giveTo(table: string, like: string): string {
  return `
do $$ declare o text; begin
  select tableowner into o from pg_tables where schemaname = 'minos_views' and tablename = '${like}';
  if o is not null and o <> current_user then execute format('alter table minos_views.%I owner to %I', '${table}', o); end if;
end $$`;
}

function copyGrants(from: string, to: string): string {
  return `
do $$ declare g record; begin
  for g in
    select a.privilege_type as what, a.grantee, a.is_grantable from pg_class c, aclexplode(c.relacl) a
     where c.oid = 'minos_views.${from}'::regclass and a.grantee <> c.relowner
  loop
    execute format('grant %s on minos_views.%I to %s%s', g.what, '${to}',
      case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' else '' end);
  end loop;
end $$`;
}
