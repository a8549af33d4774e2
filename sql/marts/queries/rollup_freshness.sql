-- One row per part of a rollup: when it was refreshed, and how many UTC days of the platform changed since. Tables and facts of other
-- families are left out.
-- name: rollup_freshness(platforms, tables, facts)
select s.platform, s.rollup, s.part, s.refreshed_at, coalesce(t.days, 0) as pending_days
from marts.rollup_state as s
left join (
    select platform, count(distinct day) as days
    from marts.touched_day
    where fact in ('fact_ai_answer', 'fact_citation', 'fact_activity', 'fact_session') and fact <> all(cast(:facts as text[]))
    group by platform
) as t using (platform)
where s.platform = any(cast(:platforms as text[]))
  and s.rollup <> all(cast(:tables as text[]))
order by s.platform, s.rollup, s.part
