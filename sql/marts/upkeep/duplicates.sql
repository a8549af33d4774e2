-- One row per index that another of the same table makes superfluous: the same in all but name, or the beginning of a longer one.
-- name: duplicates(schemas)
with candidate as (
    select
        x.*,
        cast(n.nspname as text) as platform,
        c.relname,
        a.amname,
        string_to_array(cast(x.indkey as text), ' ') as keys,
        string_to_array(cast(x.indclass as text), ' ') as classes,
        string_to_array(cast(x.indcollation as text), ' ') as collations,
        string_to_array(cast(x.indoption as text), ' ') as options,
        coalesce(pg_get_expr(x.indexprs, x.indrelid), '') as expressions,
        coalesce(pg_get_expr(x.indpred, x.indrelid), '') as predicate,
        exists (select from pg_constraint as k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x')) as is_constraint
    from pg_index as x
    join pg_class as c on c.oid = x.indrelid and not c.relispartition
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_class as i on i.oid = x.indexrelid
    join pg_am as a on a.oid = i.relam
    where n.nspname = any(cast(:schemas as text[])) and x.indisvalid
)
select
    less.platform,
    i.identity as name,
    other.identity as covered_by,
    case when less.indnatts = more.indnatts then 'same' else 'beginning' end as how
from candidate as less
join candidate as more
    on more.indrelid = less.indrelid
    and more.indexrelid <> less.indexrelid
    and more.amname = less.amname
    and more.predicate = less.predicate
    and more.expressions = less.expressions
    and more.keys[1 : less.indnatts] = less.keys
    and more.classes[1 : less.indnkeyatts] = less.classes
    and more.collations[1 : less.indnkeyatts] = less.collations
    and more.options[1 : less.indnkeyatts] = less.options
cross join lateral pg_identify_object(cast('pg_class' as regclass), less.indexrelid, 0) as i
cross join lateral pg_identify_object(cast('pg_class' as regclass), more.indexrelid, 0) as other
where
    not less.is_constraint
    and (
        -- the same: a unique one makes a plain one superfluous, of two alike the younger is
        (less.indnatts = more.indnatts and less.indnkeyatts = more.indnkeyatts
            and (more.indisunique > less.indisunique or (more.indisunique = less.indisunique and (more.is_constraint or more.indexrelid < less.indexrelid))))
        -- the beginning of a longer tree
        or (less.amname = 'btree' and not less.indisunique and less.expressions = '' and less.indnatts = less.indnkeyatts and less.indnkeyatts < more.indnkeyatts)
    )
order by array_position(cast(:schemas as text[]), less.platform), i.identity, other.identity
