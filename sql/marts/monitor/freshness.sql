-- One row per thing that should happen regularly: when a platform's rollups were refreshed, a report published, files loaded, migrations applied.
-- name: freshness()
with happened as (
    select 'rollup' as what, s.platform as name, min(s.refreshed_at) as last_at,
        (select count(distinct t.day) || ' days changed since' from marts.touched_day as t where t.platform = s.platform) as note, 1 as place
    from marts.rollup_state as s
    group by s.platform
    union all
    select 'report', r.report, max(r.finished_at) filter (where r.state = 'published'),
        count(*) filter (where r.state in ('failed', 'timed_out', 'died') and r.finished_at > now() - interval '7 days') || ' failed in 7 days', 2
    from marts.report_run as r
    group by r.report
    union all
    select 'load', l.platform, max(l.finished_at), sum(l.rows) || ' rows in ' || count(*) || ' loads', 3
    from marts.load_run as l
    group by l.platform
    union all
    select 'migration', m.platform, max(m.applied_at), 'at ' || max(m.version), 4
    from marts.schema_migration as m
    group by m.platform
),
anything as (
    select * from happened
    union all
    select w.what, null, null, 'never', w.place
    from (values ('rollup', 1), ('report', 2), ('load', 3)) as w (what, place)
    where not exists (select from happened as h where h.what = w.what)
)
select h.what, h.name, h.last_at, cast(extract(epoch from clock_timestamp() - h.last_at) as double precision) as age_s, h.note
from anything as h
order by h.place, h.name
