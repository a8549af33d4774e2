-- One row per enum (labels in their order), domain and range type of a schema.
-- name: types(schema)
select
    case t.typtype when 'e' then 'enum ' when 'd' then 'domain ' else 'range type ' end || i.identity as object,
    concat_ws(
        '; ',
        (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
        case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end,
        case when t.typnotnull then 'not null' end,
        'default ' || t.typdefault,
        'of ' || (select format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = t.oid),
        'owner ' || pg_get_userbyid(t.typowner)
    ) as definition
from pg_type t
cross join lateral pg_identify_object(cast('pg_type' as regclass), t.oid, 0) i
where t.typnamespace = (select oid from pg_namespace where nspname = :schema)
  and t.typtype in ('e', 'd', 'r')
  and not exists (select from pg_depend d where d.classid = cast('pg_type' as regclass) and d.objid = t.oid and d.deptype = 'e');
