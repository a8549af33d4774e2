-- One row per function, procedure and aggregate of a schema, with its whole definition; those of an extension are left out.
-- name: functions(schema)
select
    i.type || ' ' || i.identity as object,
    concat_ws(
        '; ',
        case
            when p.prokind = 'a' then (
                select format('aggregate over %s, state %s', cast(a.aggtransfn as text), format_type(a.aggtranstype, null))
                from pg_aggregate a
                where a.aggfnoid = p.oid
            )
            else pg_get_functiondef(p.oid)
        end,
        'owner ' || pg_get_userbyid(p.proowner)
    ) as definition
from pg_proc p
cross join lateral pg_identify_object(cast('pg_proc' as regclass), p.oid, 0) i
where p.pronamespace = (select oid from pg_namespace where nspname = :schema)
  and p.oid not in (select objid from pg_depend where classid = cast('pg_proc' as regclass) and deptype = 'e');
