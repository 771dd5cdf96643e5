export const CREATE_CATALOGUE = `
create table catalogue (
  sku text collate "C" primary key,
  title text not null,
  price bigint not null,
  available bigint not null,
  version int not null
)`;

/** A product that is in already is there from an earlier run over the same events. */
export const ENTER_PRODUCTS = `
insert into catalogue (sku, title, price, available, version)
  select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::int[])
  on conflict (sku) do update
    set title = excluded.title, price = excluded.price, available = excluded.available, version = excluded.version`;

export const CHANGE_PRODUCTS = `
update catalogue c
   set available = c.available + d.available, version = d.version
  from unnest($1::text[], $2::bigint[], $3::int[]) as d(sku, available, version)
 where c.sku = d.sku`;

export const READ_PAGE = 'select sku, title, price, available, version from catalogue where sku > $1 order by sku limit $2';

export const READ_VERSION = 'select version from catalogue where sku = $1';
