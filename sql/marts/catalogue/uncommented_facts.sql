-- One row per fact view or column of a platform that has no comment while its union in marts has one: the statement that gives it this one.
-- name: uncommented_facts(schemas)
select
    case
        when a.attname is null then format('comment on view %I.%I is %L', n.nspname, v.relname, d.description)
        else format('comment on column %I.%I.%I is %L', n.nspname, v.relname, a.attname, d.description)
    end as statement
from pg_class v
join pg_namespace n on n.oid = v.relnamespace
join pg_class u on u.relname = v.relname and u.relkind = 'v' and u.relnamespace = to_regnamespace('marts')
join pg_description d on d.classoid = cast('pg_class' as regclass) and d.objoid = u.oid
left join pg_attribute ua on ua.attrelid = u.oid and ua.attnum = d.objsubid and d.objsubid > 0
left join pg_attribute a on a.attrelid = v.oid and a.attname = ua.attname
where v.relkind = 'v'
  and n.nspname = any(:schemas)
  and n.nspname <> 'marts'
  and (d.objsubid = 0 or a.attnum is not null)
  and not exists (
      select from pg_description there
      where there.classoid = d.classoid and there.objoid = v.oid and there.objsubid = coalesce(a.attnum, 0)
  )
order by 1;
