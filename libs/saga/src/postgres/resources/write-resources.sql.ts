/** One change after the other, in the order of their enlisting. Returns what each is told. */
export const CREATE_WRITE_RESOURCES = `
create function minos.write_resources(
  failed int[], units int[], ordinals int[], kinds text[], tenants text[], resources text[], hashes int[], holders text[], fences bigint[],
  ages bigint[], leases float8[], flags boolean[], waits boolean[], answers uuid[]
) returns jsonb language plpgsql volatile as $$
declare
  results jsonb := '[]';
  said jsonb;
begin
  for i in 1 .. cardinality(units) loop
    continue when units[i] = any (failed);
    case kinds[i]
      when 'reserve' then
        said := minos.reserve_resource(tenants[i], resources[i], hashes[i], holders[i], ages[i], leases[i], flags[i], waits[i], answers[i]);
      when 'confirm' then
        said := minos.confirm_resource(tenants[i], resources[i], hashes[i], holders[i], fences[i]);
      when 'cancel' then
        said := minos.cancel_resource(tenants[i], resources[i], hashes[i], holders[i], flags[i]);
    end case;
    results := results || jsonb_build_array(jsonb_build_array(units[i], ordinals[i], said));
  end loop;
  return results;
end $$`;
