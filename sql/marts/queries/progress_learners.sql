-- One row per learner enrolled before the end of the period, those who never answered included: what they answered on its last days.
-- name: progress_learners(platforms, tenant, unit, zone, since, end, until, share)
with recent as (
    select platform, learner_id, sum(attempts) as answers, sum(correct) as correct
    from marts.learner_attempt_day
    where time_zone = cast(:zone as text)
      and platform = any(cast(:platforms as text[]))
      and day >= cast(:since as date)
      and day < cast(:end as date)
    group by platform, learner_id
)
select
    platform,
    cast(learner_id as text) as learner_id,
    learner.tenant,
    cast(coalesce(recent.answers, 0) as bigint) as recent_answers,
    cast(coalesce(recent.correct, 0) as bigint) as recent_correct,
    cast(cast('x' || substr(md5(cast(learner_id as text)), 1, 7) as bit(28)) as integer) < cast(:share as float8) * 268435456 as is_drawn
from marts.dim_learner as learner
left join recent using (platform, learner_id)
where platform = any(cast(:platforms as text[]))
  and learner.role in ('student', 'learner')
  and learner.deleted_at is null
  and (learner.joined_at is null or learner.joined_at < cast(:until as timestamptz) or recent.answers > 0)
  and (cast(:tenant as text) is null or learner.tenant = cast(:tenant as text))
  and (cast(:unit as uuid) is null or learner_id in (
        select assigned.learner_id
        from marts.fact_completion as assigned
        where assigned.platform = any(cast(:platforms as text[])) and assigned.unit_id = cast(:unit as uuid)
      ))
order by platform, learner_id
