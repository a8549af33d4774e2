-- One row per trigger and rewrite rule; those the server makes for constraints and partitions follow from their parents.
-- name: triggers(relations)
with relation as materialized (
    select id, r.identity
    from unnest(cast(:relations as oid[])) id
    cross join lateral pg_identify_object(cast('pg_class' as regclass), id, 0) r
)
select
    'trigger ' || quote_ident(t.tgname) || ' on ' || r.identity as object,
    concat_ws('; ', pg_get_triggerdef(t.oid), case when t.tgenabled <> 'O' then 'enabled ' || cast(t.tgenabled as text) end) as definition
from relation r
join pg_trigger t on t.tgrelid = r.id
where not t.tgisinternal
  and t.tgparentid = 0
union all
select 'rule ' || quote_ident(w.rulename) || ' on ' || r.identity, pg_get_ruledef(w.oid)
from relation r
join pg_rewrite w on w.ev_class = r.id
where w.rulename <> '_RETURN';
