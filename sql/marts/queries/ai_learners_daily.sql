-- One row per local day with answers: how many learners received them, and the most that one of them received (definition X5).
-- name: ai_learners_daily(platforms, tenant, zone, start, end)
select day, count(*) as learners, max(answers) as most_answers
from (
    select day, learner_id, cast(sum(answers) as bigint) as answers
    from marts.learner_ai_day
    where time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:start as date)
      and day < cast(:end as date)
      and (cast(:tenant as text) is null or tenant = cast(:tenant as text))
    group by day, learner_id
) as learner
group by day
order by day
