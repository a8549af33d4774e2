-- One row per row level security policy.
-- name: policies(relations)
select
    i.type || ' ' || i.identity as object,
    concat_ws(
        ' ',
        case when p.polpermissive then 'permissive' else 'restrictive' end,
        'for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
        'to ' || (
            select string_agg(case r when 0 then 'public' else pg_get_userbyid(r) end, ', ' order by case r when 0 then 'public' else pg_get_userbyid(r) end)
            from unnest(p.polroles) r
        ),
        'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'
    ) as definition
from pg_policy p
cross join lateral pg_identify_object(cast('pg_policy' as regclass), p.oid, 0) i
where p.polrelid = any(cast(:relations as oid[]));
