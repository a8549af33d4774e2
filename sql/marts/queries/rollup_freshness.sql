-- One row per part of a rollup of the families asked for: when it was refreshed, and how many UTC days of its facts changed since.
-- A rollup of no family's tables is a platform's own, which goes with the answers.
-- name: rollup_freshness(platforms, tables, others, facts)
select s.platform, s.rollup, s.part, s.refreshed_at, coalesce(t.days, 0) as pending_days
from marts.rollup_state as s
left join (
    select platform, count(distinct day) as days
    from marts.touched_day
    where fact = any(cast(:facts as text[]))
    group by platform
) as t using (platform)
where s.platform = any(cast(:platforms as text[]))
  and (s.rollup = any(cast(:tables as text[]))
       or 'ai_answer_day' = any(cast(:tables as text[])) and s.rollup <> all(cast(:others as text[])))
order by s.platform, s.rollup, s.part
