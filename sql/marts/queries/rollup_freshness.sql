-- One row per part of a rollup: when it was refreshed, and how many UTC days of the platform changed since.
-- name: rollup_freshness(platforms)
select s.platform, s.rollup, s.part, s.refreshed_at, coalesce(t.days, 0) as pending_days
from marts.rollup_state as s
left join (
    select platform, count(distinct day) as days
    from marts.touched_day
    where fact in ('fact_ai_answer', 'fact_citation')
    group by platform
) as t using (platform)
where s.platform = any(cast(:platforms as text[]))
order by s.platform, s.rollup, s.part
