-- One row per trigger and rewrite rule; those the server makes for constraints and partitions follow from their parents.
-- name: triggers(relations)
select
    i.type || ' ' || i.identity as object,
    concat_ws('; ', pg_get_triggerdef(t.oid), case when t.tgenabled <> 'O' then 'enabled ' || cast(t.tgenabled as text) end) as definition
from pg_trigger t
cross join lateral pg_identify_object(cast('pg_trigger' as regclass), t.oid, 0) i
where t.tgrelid = any(cast(:relations as oid[]))
  and not t.tgisinternal
  and t.tgparentid = 0
union all
select i.type || ' ' || i.identity, pg_get_ruledef(r.oid)
from pg_rewrite r
cross join lateral pg_identify_object(cast('pg_rewrite' as regclass), r.oid, 0) i
where r.ev_class = any(cast(:relations as oid[]))
  and r.rulename <> '_RETURN';
