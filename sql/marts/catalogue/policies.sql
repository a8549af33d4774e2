-- One row per row level security policy.
-- name: policies(relations)
select
    'policy ' || quote_ident(p.polname) || ' on ' || r.identity as object,
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
from unnest(cast(:relations as oid[])) relation
cross join lateral pg_identify_object(cast('pg_class' as regclass), relation, 0) r
join pg_policy p on p.polrelid = relation;
